/** The self-check on small models that are right, or wrong in one way each. */
import { expect, it } from 'vitest'
import { tinyConfig } from '../llama/testing.ts'
import type { CheckedModel } from './self-check.ts'
import { checkAdapters, SelfCheckError } from './self-check.ts'

interface Faults {
  readonly writesAreLost?: boolean
  readonly adapterStays?: boolean
  readonly logits?: number
}

/** Its logits are the sum of what was written, where that is active. */
function model({ writesAreLost = false, adapterStays = false, logits }: Faults = {}): CheckedModel {
  let slot = 0
  let written = 0
  return {
    config: tinyConfig,
    internals: {
      reserveLora: () => {
        written = 0
      },
      selectLora: (selected) => {
        if (!adapterStays || selected.slot !== 0) slot = selected.slot
      },
      writeParameter: (_name, values) => {
        if (!writesAreLost) written += values.reduce((sum, value) => sum + value, 0)
      },
    },
    logitsAfter: () =>
      Promise.resolve(
        new Float32Array(logits ?? tinyConfig.vocabularySize).fill(slot === 0 ? 1 : 1 + written),
      ),
  }
}

it('accepts a model whose adapter comes and goes', async () => {
  await expect(checkAdapters(model())).resolves.toBeUndefined()
})

it.each<[string, Faults]>([
  ['a written adapter changes nothing', { writesAreLost: true }],
  ['not the base model again', { adapterStays: true }],
  ['no logits for the 97 tokens', { logits: 4 }],
])('says that %s', async (problem, faults) => {
  const checked = checkAdapters(model(faults))
  await expect(checked).rejects.toThrow(SelfCheckError)
  await expect(checked).rejects.toThrow(problem)
})
