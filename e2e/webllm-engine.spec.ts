/** The WebLLM engine keeps the laws of every engine, in a real browser on a software GPU. */
import { expect } from '@playwright/test'
import type { Worker } from '@playwright/test'
import type { TestRunner } from '../src/engine/conformance.ts'
import { describeEngine } from '../src/engine/conformance.ts'
import { adapterFor, engineIn, test } from './webllm/fixture.ts'

let lab: Worker | null = null
const runner: TestRunner = {
  describe: test.describe,
  it: (name, body) => test(name, body),
  beforeAll: (body) =>
    test.beforeAll(async ({ lab: worker }) => {
      lab = worker
      await body()
    }),
  afterAll: (body) => test.afterAll(body),
  expect,
}

describeEngine(runner, 'WebLLM with a one-layer Llama', async () => {
  if (lab === null) throw new Error('The worker has not started.')
  const id = 'tiny-conformance'
  await lab.evaluate((id) => globalThis.lab.openTiny(id, { num_hidden_layers: 1 }), id)
  return {
    engine: await engineIn(lab, id),
    prompts: [
      [3, 14, 15, 92, 65],
      [35, 89, 79, 32, 38, 46, 26, 43, 38],
      [27, 95, 2, 88, 41, 97, 16, 93, 99, 37, 51, 5, 82, 9, 74, 94, 45],
    ],
    adapter: await adapterFor(lab, id, { r: 4, seed: 2 }),
    tolerance: 1e-4,
  }
})
