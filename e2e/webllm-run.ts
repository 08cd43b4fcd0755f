/** A short run of the nano team under WebLLM in the built app, whose leader's GPU device a test can take away. */
import type { Page } from '@playwright/test'
import type { LeaderEvent } from '../src/workers/protocol.ts'
import { interrupt } from './leader-events.ts'
import type { Interruption } from './leader-events.ts'
import { expect, open } from './page.ts'

export const ready = { timeout: 480_000 }

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

/** For pages that are opened from now on. */
export async function letDevicesBeLost(page: Page): Promise<void> {
  await page.context().route('**/leader.worker-*.js', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, body: keepDevices + (await response.text()) })
  })
}

/** Two steps of two prompts with four completions each. */
export async function train(page: Page, interruptions: readonly Interruption[] = []): Promise<void> {
  await open(page, 'train', { engine: 'webllm', preset: 'tiny-groups' })
  await interrupt(page, interruptions)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
}

/** How often the leader's model was made ready on a device. */
export const compilationsIn = (events: readonly LeaderEvent[]) =>
  events.filter(
    (event) =>
      event.type === 'progress' &&
      event.progress.unit === 'kernels' &&
      event.progress.done === event.progress.total,
  ).length
