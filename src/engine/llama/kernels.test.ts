/** The two kernel sets against each other: whatever one computes on the heap, the other computes with tfjs operations. */
import { beforeAll, describe, expect, it } from 'vitest'
import { GroupDecoder } from './decode.ts'
import { expOfNegative, sigmoid } from './exp.ts'
import type { Kernels } from './kernels.ts'
import { plainKernels } from './kernels-plain.ts'
import type { TokenGroup } from './layout.ts'
import { loraTensors } from './lora.ts'
import { BoundModel } from './model.ts'
import {
  largestDifference,
  randomAdapter,
  randomSource,
  randomTokens,
  startWasm,
  tinyConfig,
} from './testing.ts'
import { logprobsAndGradients } from './train.ts'
import { loadWeights } from './weights.ts'

const groups: TokenGroup[] = [
  { prompt: randomTokens(7, 97, 1), completions: [4, 1, 6].map((n, c) => randomTokens(n, 97, 2, c)) },
  { prompt: randomTokens(4, 97, 3), completions: [randomTokens(5, 97, 4)] },
]

describe('the kernels', () => {
  let models: readonly BoundModel[]
  beforeAll(async () => {
    const heap = await startWasm()
    // Some of the vocabulary ends a completion, so that rows leave early and unevenly.
    const endTokens = Array.from({ length: 10 }, (_, i) => i * 9)
    const weights = await loadWeights(randomSource({ ...tinyConfig, queryKeyNorm: true, endTokens }))
    const lora = loraTensors(randomAdapter(tinyConfig, { r: 2 }), weights)
    models = [heap, plainKernels()].map((kernels: Kernels) => new BoundModel(weights, lora, kernels))
  })

  it('give the same log-probabilities, entropies and gradients', async () => {
    const results = []
    for (const model of models)
      results.push(
        await logprobsAndGradients(
          model,
          groups,
          ({ logprobs }) =>
            logprobs.map((group, g) => group.map((row, c) => row.map((_, t) => Math.cos(g + c + t)))),
          { temperature: 0.9 },
        ),
      )
    const [onHeap, plain] = results
    if (onHeap === undefined || plain === undefined) throw new RangeError('Two kernel sets were expected.')
    for (const name of ['logprobs', 'entropies'] as const)
      for (const [g, group] of onHeap[name].entries())
        for (const [c, row] of group.entries())
          expect(largestDifference(plain[name][g]?.[c] ?? [], row)).toBeLessThan(1e-5)
    expect(plain.gradients.size).toBe(14)
    for (const [path, { a, b }] of onHeap.gradients) {
      const other = plain.gradients.get(path)
      expect(largestDifference((await other?.a.data()) ?? [], await a.data()), path).toBeLessThan(1e-5)
      expect(largestDifference((await other?.b.data()) ?? [], await b.data()), path).toBeLessThan(1e-5)
    }
  })

  it('draw the same tokens, with rows leaving at different times', async () => {
    const requests = groups.map(({ prompt }, g) => ({ id: `g${g}`, prompt, count: 4 }))
    const sampled = []
    for (const model of models) {
      const decoder = new GroupDecoder(model, requests, { maxTokens: 14, temperature: 1, seed: 5 })
      while (await decoder.advance());
      sampled.push(decoder.results().map((group) => group.map(({ ids, finish }) => ({ ids, finish }))))
      decoder.dispose()
    }
    expect(sampled[0]?.flat().some(({ finish }) => finish === 'stop')).toBe(true)
    expect(sampled[1]).toEqual(sampled[0])
  })
})

describe('the exponential', () => {
  it('is Math.exp to far beyond f32, and 0 where f32 ends', () => {
    for (let x = -86.9; x <= 0; x += 0.0137)
      expect(Math.abs(expOfNegative(x) / Math.exp(x) - 1)).toBeLessThan(1e-8)
    expect(expOfNegative(0)).toBe(1)
    expect(expOfNegative(-90)).toBe(0)
    expect(expOfNegative(-Infinity)).toBe(0)
  })

  it('makes a sigmoid that is right on both sides', () => {
    for (const x of [-100, -20, -1, 0, 1e-3, 2, 20, 100])
      expect(Math.abs(sigmoid(x) - 1 / (1 + Math.exp(-x)))).toBeLessThan(1e-8)
  })
})
