/**
 * A run that is interrupted in mid-step goes on with the identical next batch and ends with the numbers of one that was
 * not. What the leader's worker says is read where it arrives; the interruption happens at a named stage, not at a time.
 */
import type { Page } from '@playwright/test'
import type { LeaderEvent } from '../src/workers/protocol.ts'
import { expect, open, test } from './page.ts'

const ready = { timeout: 180_000 }

type Interruption = 'reload' | 'die'

interface Wanted {
  readonly step: number
  readonly stage: string
  readonly how: Interruption
}

declare global {
  interface Window {
    /** Given by Playwright. */
    record(event: string): void
    interruptAt?: Wanted
  }
}

/** Everything that decides a run, and nothing that a clock or an engine's counter decides. */
async function recorded(page: Page): Promise<LeaderEvent[]> {
  const events: LeaderEvent[] = []
  await page.exposeFunction('record', (event: string) => void events.push(JSON.parse(event) as LeaderEvent))
  await page.addInitScript(() => {
    const isCounted = (key: string) => !/^(timing\/|step_time$|adapterVersion$|elapsedMs$)/.test(key)
    const plain = (key: string, value: unknown) => (isCounted(key) ? value : undefined)
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        if (options?.name?.startsWith('nano-leader ') !== true) return
        this.addEventListener('message', ({ data }: MessageEvent<LeaderEvent>) => {
          window.record(JSON.stringify(data, plain))
          const { interruptAt } = window
          if (data.type !== 'stage' || interruptAt === undefined) return
          if (data.stage.step !== interruptAt.step || data.stage.stage !== interruptAt.stage) return
          delete window.interruptAt
          if (interruptAt.how === 'reload') location.reload()
          else this.terminate()
        })
      }
    }
  })
  return events
}

const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true }).click()
const finished = (page: Page) => expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)

const stagesOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) => (event.type === 'stage' ? [event.stage] : []))
const evaluationsOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation] : []))
/** From the last opening on. */
const sinceOpened = (events: readonly LeaderEvent[]) =>
  events.slice(events.findLastIndex((event) => event.type === 'history'))

test.describe.configure({ mode: 'serial' })

/** What a run says that nobody interrupts. */
let whole: readonly LeaderEvent[] = []

test('a run that nobody interrupts', async ({ page }) => {
  const events = await recorded(page)
  await open(page, 'train')
  await run(page)
  await finished(page)
  expect(stagesOf(events).filter(({ step }) => step === 2).length).toBeGreaterThan(4)
  whole = events
})

const interruptions: readonly {
  readonly how: Interruption
  readonly stage: string
  readonly goOn: string
}[] = [
  // While the leader samples, and between loss and update.
  { how: 'reload', stage: 'prompt', goOn: 'Continue' },
  { how: 'die', stage: 'loss', goOn: 'Go on from the last checkpoint' },
]

for (const { how, stage, goOn } of interruptions)
  test(`after "${how}" in mid-step, past ${stage}, the run ends as if nothing had happened`, async ({
    page,
  }) => {
    const events = await recorded(page)
    await open(page, 'train')
    await page.evaluate((wanted) => void (window.interruptAt = wanted), { step: 2, stage, how })
    await run(page)
    await page.getByRole('button', { name: goOn }).click(ready)
    await finished(page)
    expect(stagesOf(sinceOpened(events))).toEqual(stagesOf(whole).filter(({ step }) => step === 2))
    expect(evaluationsOf(events)).toEqual(evaluationsOf(whole))
  })
