/** A short run of the nano team under WebLLM in the built app; what the leader's worker says is read where it arrives. */
import type { Page } from '@playwright/test'
import type { LeaderEvent } from '../src/workers/protocol.ts'
import { expect, open } from './page.ts'

export const ready = { timeout: 480_000 }

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
export async function recorded(page: Page): Promise<LeaderEvent[]> {
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
export async function train(page: Page, { loseDeviceAfter = [] as readonly string[] } = {}): Promise<void> {
  await open(page, 'train', { engine: 'webllm', preset: 'tiny-groups' })
  await page.evaluate((stages) => void (window.loseDeviceAfter = [...stages]), loseDeviceAfter)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
}

export const stagesOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) => (event.type === 'stage' ? [event.stage] : []))
export const evaluationsOf = (events: readonly LeaderEvent[]) =>
  events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation] : []))

/** How often the leader's model was made ready on a device. */
export const compilationsIn = (events: readonly LeaderEvent[]) =>
  events.filter(
    (event) =>
      event.type === 'progress' &&
      event.progress.unit === 'kernels' &&
      event.progress.done === event.progress.total,
  ).length
