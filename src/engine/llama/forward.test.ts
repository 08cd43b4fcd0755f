/** Forward passes against transformers' and PEFT's golden logits (two random layers, tied head, grouped heads). */
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { sequenceLogits } from './forward.ts'
import type { Kernels } from './kernels.ts'
import { disposeLora, loraTensors } from './lora.ts'
import { BoundModel } from './model.ts'
import {
  largestDifference,
  readFixture,
  readJsonFixture,
  startWasm,
  tinyAdapter,
  tinySource,
} from './testing.ts'
import { loadWeights } from './weights.ts'

const training = readJsonFixture('training.json') as { input_ids: number[][] }
const golden = readFixture('outputs.safetensors')
const sequenceSize = 12 * 97

function goldenLogits(name: string, row: number): Float32Array {
  const tensor = golden.get(name)
  if (tensor === undefined) throw new Error(name)
  return tensor.values.subarray(row * sequenceSize, (row + 1) * sequenceSize)
}

let kernels: Kernels
beforeAll(async () => {
  kernels = await startWasm()
})

describe('the forward pass', () => {
  it.each(['merged', 'native'] as const)('gives the golden logits with a %s adapter', async (mode) => {
    const weights = await loadWeights(tinySource())
    const lora = loraTensors(tinyAdapter(), weights)
    const model = new BoundModel(weights, lora, kernels, mode)
    for (const [row, ids] of training.input_ids.entries())
      expect(
        largestDifference(await sequenceLogits(model, ids), goldenLogits('lora.full.logits', row)),
      ).toBeLessThan(1e-5)
    model.dispose()
    disposeLora(lora.modules)
    weights.dispose()
  })

  it('gives the golden logits without an adapter, and leaves no tensor behind', async () => {
    const before = memory().numTensors
    const weights = await loadWeights(tinySource())
    const model = new BoundModel(weights, null, kernels)
    for (const [row, ids] of training.input_ids.entries())
      expect(
        largestDifference(await sequenceLogits(model, ids), goldenLogits('base.full.logits', row)),
      ).toBeLessThan(1e-5)
    model.dispose()
    weights.dispose()
    expect(memory().numTensors).toBe(before)
  })

  it('gives the golden logits of a left-padded row once the padding is dropped', async () => {
    const weights = await loadWeights(tinySource())
    const lora = loraTensors(tinyAdapter(), weights)
    const model = new BoundModel(weights, lora, kernels)
    const ids = training.input_ids[1]?.slice(4) ?? []
    const expected = goldenLogits('lora.left_padded.logits', 1).subarray(4 * 97)
    expect(largestDifference(await sequenceLogits(model, ids), expected)).toBeLessThan(1e-5)
  })
})
