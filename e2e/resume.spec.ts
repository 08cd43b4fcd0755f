/**
 * A run that is interrupted in mid-step goes on with the identical next batch and ends with the numbers of one that was
 * not.
 */
import type { Page } from '@playwright/test'
import type { LeaderEvent } from '../src/workers/protocol.ts'
import { evaluationsOf, interrupt, recorded, stagesOf } from './leader-events.ts'
import { expect, open, test } from './page.ts'

const ready = { timeout: 180_000 }

const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true }).click()
const finished = (page: Page) => expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)

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
  readonly how: 'reload' | 'die'
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
    await interrupt(page, [{ step: 2, stage, how }])
    await run(page)
    await page.getByRole('button', { name: goOn }).click(ready)
    await finished(page)
    expect(stagesOf(sinceOpened(events))).toEqual(stagesOf(whole).filter(({ step }) => step === 2))
    expect(evaluationsOf(events)).toEqual(evaluationsOf(whole))
  })
