/** The self-check on small models that are right, or wrong in one way each. */
import { expect, it } from 'vitest'
import type { Adapter } from '../engine.ts'
import { tinyConfig } from '../llama/testing.ts'
import { checkAdapters, checkLogits, SelfCheckError } from './self-check.ts'

interface Faults {
  readonly writesAreLost?: boolean
  readonly adapterStays?: boolean
}

/** Its logits are the sum of what was written, where that is active. */
function model({ writesAreLost = false, adapterStays = false }: Faults = {}) {
  let active = 0
  const sumOf = ({ modules }: Adapter) =>
    [...modules.values()].reduce((sum, { a, b }) => sum + (a.at(-1) ?? 0) + (b.at(-1) ?? 0), 0)
  return {
    source: { id: 'tiny', config: tinyConfig },
    sink: {
      apply: (adapter: Adapter) => {
        if (!writesAreLost) active = sumOf(adapter)
      },
      remove: () => {
        if (!adapterStays) active = 0
      },
    },
    logitsAfter: () => Promise.resolve(new Float32Array(tinyConfig.vocabularySize).fill(1 + active)),
  }
}

it('accepts a model whose adapter comes and goes', async () => {
  await expect(checkAdapters(model())).resolves.toBeUndefined()
})

it.each<[string, Faults]>([
  ['a written adapter changes nothing', { writesAreLost: true }],
  ['not the base model again', { adapterStays: true }],
])('says that %s', async (problem, faults) => {
  const checked = checkAdapters(model(faults))
  await expect(checked).rejects.toThrow(SelfCheckError)
  await expect(checked).rejects.toThrow(problem)
})

it.each([
  ['too few', new Float32Array(4)],
  ['no numbers', new Float32Array(tinyConfig.vocabularySize).fill(NaN)],
])('says that the logits are %s', async (_what, logits) => {
  const { vocabularySize } = tinyConfig
  const checked = checkLogits({ vocabularySize, logitsAfter: () => Promise.resolve(logits) })
  await expect(checked).rejects.toThrow(SelfCheckError)
  await expect(checked).rejects.toThrow('no logits for the 97 tokens')
})
