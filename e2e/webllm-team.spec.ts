/**
 * The nano team under WebLLM in the built app, on a software GPU: it trains with tfjs on the same device, and answers. That
 * a run goes on when the device is lost takes minutes, and is in `full/webllm-device-loss.spec.ts`.
 */
import { recorded, stagesOf } from './leader-events.ts'
import { expect, test } from './page.ts'
import { ready, train } from './webllm-run.ts'

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a).toHaveLength(b.length)
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))))
}

// A step takes half a minute where the GPU is emulated.
test.describe.configure({ timeout: 600_000 })

test('two steps of 2 × 4 move the adapter, WebLLM samples with it, and the leader answers otherwise', async ({
  page,
}) => {
  const events = await recorded(page)
  await train(page)
  const stages = stagesOf(events)
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
