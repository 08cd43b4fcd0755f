/**
 * The nano team under WebLLM in the built app, on a software GPU: it answers, it trains with tfjs on the same device, and
 * it goes on when that device is lost. What the leader's worker says is read where it arrives.
 */
import type { Page } from '@playwright/test'
import type { LeaderEvent } from '../src/workers/protocol.ts'
import { expect, open, test } from './page.ts'

const ready = { timeout: 480_000 }

declare global {
  interface Window {
    /** Given by Playwright. */
    record(event: string): void
    /** Ends the leader's device after these stages, as in "1 loss". */
    loseDeviceAfter?: string[]
  }
}

/** In the leader's worker: keeps its devices, and ends them when the page says so. */
const keepDevices = `
const kept = []
const request = GPUAdapter.prototype.requestDevice
GPUAdapter.prototype.requestDevice = async function (...given) {
  const device = await request.apply(this, given)
  kept.push(device)
  return device
}
self.addEventListener('message', (event) => {
  if (event.data !== 'lose the device') return
  event.stopImmediatePropagation()
  for (const device of kept) device.destroy()
})
`

/** Everything that decides a run, and nothing that a clock or an engine's counter decides. */
async function recorded(page: Page): Promise<LeaderEvent[]> {
  const events: LeaderEvent[] = []
  await page.exposeFunction('record', (event: string) => void events.push(JSON.parse(event) as LeaderEvent))
  await page.context().route('**/leader.worker-*.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: keepDevices + (await response.text()) })
  })
  await page.addInitScript(() => {
    const isCounted = (key: string) => !/^(timing\/|step_time$|adapterVersion$|elapsedMs$)/.test(key)
    const plain = (key: string, value: unknown) => (isCounted(key) ? value : undefined)
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options)
        if (options?.name?.startsWith('nano-leader ') !== true) return
        this.addEventListener('message', ({ data }: MessageEvent<LeaderEvent>) => {
          window.record(JSON.stringify(data, plain))
          if (data.type !== 'stage') return
          if (window.loseDeviceAfter?.[0] !== `${data.stage.step} ${data.stage.stage}`) return
          window.loseDeviceAfter.shift()
          this.postMessage('lose the device')
        })
      }
    }
  })
  return events
}

/** Two steps of two prompts with four completions each. */
async function train(page: Page, { loseDeviceAfter = [] as readonly string[] } = {}): Promise<void> {
  await open(page, 'train', { engine: 'webllm', preset: 'tiny-groups' })
  await page.evaluate((stages) => void (window.loseDeviceAfter = [...stages]), loseDeviceAfter)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
}

const stagesOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) => (event.type === 'stage' ? [event.stage] : []))
const evaluationsOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation] : []))

/** How often the leader's model was made ready on a device. */
const compilationsIn = (events: readonly LeaderEvent[]) =>
  events.filter(
    (event) =>
      event.type === 'progress' &&
      event.progress.unit === 'kernels' &&
      event.progress.done === event.progress.total,
  ).length

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length)
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))))
}

// A step takes half a minute where the GPU is emulated.
test.describe.configure({ mode: 'serial', timeout: 600_000 })

/** What a run says whose device stays. */
let whole: readonly LeaderEvent[] = []

test('two steps of 2 × 4 move the adapter, WebLLM samples with it, and the leader answers otherwise', async ({
  page,
}) => {
  const events = await recorded(page)
  await train(page)
  whole = [...events]
  const stages = stagesOf(whole)
  const updates = stages.filter((stage) => stage.stage === 'update')
  expect(updates).toHaveLength(2)
  for (const { metrics, updateNorm } of updates) {
    expect(updateNorm).toBeGreaterThan(0)
    expect(metrics).not.toBeNull()
    for (const value of Object.values(metrics ?? {})) expect(value).toEqual(expect.any(Number))
  }
  // What WebLLM says of its own samples is what the trainer says: before the first update, and after it.
  for (const step of [1, 2]) {
    const sampled = stages.flatMap((stage) =>
      stage.step === step && stage.stage === 'sample' ? stage.groups : [],
    )
    const scored = stages.flatMap((stage) =>
      stage.step === step && stage.stage === 'loss' ? stage.groups : [],
    )
    const sampler = sampled.flat().flatMap(({ logprobs }) => logprobs)
    const trainer = scored.flat().flatMap(({ logprobs }) => logprobs)
    expect(sampler.length).toBeGreaterThan(8)
    expect(largestDifference(sampler, trainer)).toBeLessThan(2e-3)
  }

  await page.getByRole('link', { name: 'Ask the trained leader in the Arena' }).click()
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible(ready)
  for (const peer of await page.getByRole('list', { name: 'Peers' }).getByRole('listitem').all())
    await expect(peer).toContainText(/right|wrong|no answer/)
  const before = page.getByRole('article', { name: 'Leader before training' })
  const after = page.getByRole('article', { name: 'Leader after 2 steps' })
  await expect(before).toContainText(/right|wrong|no answer/)
  expect(await after.innerText()).not.toEqual(await before.innerText())

  await page.getByRole('button', { name: 'WebLLM' }).click()
  await expect(page.getByText('The address asks for WebLLM.')).toBeVisible()
  await expect(page.getByText('this app’s library')).toBeVisible()
  const other = page.getByRole('link', { name: 'Load this page with TensorFlow.js instead' })
  expect(await other.getAttribute('href')).toBe('?preset=tiny-groups&engine=tfjs#/arena')
})

test('a run whose device is lost, while it trains and while it samples, ends as if nothing had happened', async ({
  page,
  consoleProblems,
}) => {
  const events = await recorded(page)
  await train(page, { loseDeviceAfter: ['1 advantage', '2 prompt'] })
  // At the start, and after each loss.
  expect(compilationsIn(whole)).toBe(1)
  expect(compilationsIn(events)).toBe(3)
  expect(stagesOf(events)).toEqual(stagesOf(whole))
  expect(evaluationsOf(events)).toEqual(evaluationsOf(whole))
  // WebLLM and the browser report the loss, which is the subject of this test.
  consoleProblems.length = 0
})
