/** LoRA gradients: PEFT's golden values, finite differences, and the laws that make the fast path the plain one. */
import { getKernel, memory, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Adapter } from '../engine.ts'
import type { LlamaConfig } from './config.ts'
import type { AdapterDropout } from './dropout.ts'
import type { CompletionLogprobs } from './forward.ts'
import type { Kernels } from './kernels.ts'
import type { TokenGroup } from './layout.ts'
import type { AdapterMode } from './linear.ts'
import { disposeLora, loraTensors } from './lora.ts'
import { BoundModel } from './model.ts'
import { completionLogprobs } from './score.ts'
import {
  largestDifference,
  randomAdapter,
  randomSource,
  randomTokens,
  readFixture,
  readJsonFixture,
  startWasm,
  tinyAdapter,
  tinyConfig,
  tinySource,
} from './testing.ts'
import type { LogprobGradients, TrainOptions } from './train.ts'
import { accumulateGradients, logprobsAndGradients } from './train.ts'
import type { LlamaWeights } from './weights.ts'
import { loadWeights } from './weights.ts'

interface Training {
  readonly padded_input_ids: number[][]
  readonly logps_at_start: number[][]
  readonly loss: { advantages: number[]; old_logps: number[][]; loss_mask: number[][] }
}

let kernels: Kernels
beforeAll(async () => {
  kernels = await startWasm()
})

type ArrayPairs = Map<string, { a: Float32Array; b: Float32Array }>

async function gradientsOf(
  weights: LlamaWeights,
  adapter: Adapter,
  groups: readonly TokenGroup[],
  lossGradient: (found: CompletionLogprobs) => LogprobGradients,
  { mode = 'merged', ...options }: TrainOptions & { readonly mode?: AdapterMode } = {},
): Promise<ArrayPairs> {
  const lora = loraTensors(adapter, weights)
  const model = new BoundModel(weights, lora, kernels, mode)
  try {
    const { gradients } = await logprobsAndGradients(model, groups, lossGradient, options)
    const arrays: ArrayPairs = new Map()
    for (const [path, { a, b }] of gradients)
      arrays.set(path, { a: await a.data<'float32'>(), b: await b.data<'float32'>() })
    disposeLora(gradients)
    return arrays
  } finally {
    disposeLora(lora.modules)
    model.dispose()
  }
}

function expectClose(actual: ArrayPairs, expected: ArrayPairs, tolerance: number): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort())
  for (const [path, { a, b }] of expected) {
    expect(largestDifference(actual.get(path)?.a ?? [], a), `${path} A`).toBeLessThan(tolerance)
    expect(largestDifference(actual.get(path)?.b ?? [], b), `${path} B`).toBeLessThan(tolerance)
  }
}

/** Weights that differ from token to token. */
function someWeights(found: CompletionLogprobs): number[][][] {
  return found.logprobs.map((group, g) =>
    group.map((completion, c) => Array.from(completion, (_, t) => Math.sin(1 + g + 2 * c + 3 * t))),
  )
}

const groups: TokenGroup[] = [
  { prompt: randomTokens(7, 97, 1), completions: [4, 1, 6].map((n, c) => randomTokens(n, 97, 2, c)) },
  { prompt: randomTokens(4, 97, 3), completions: [randomTokens(5, 97, 4)] },
  { prompt: randomTokens(3, 97, 5), completions: [[], randomTokens(2, 97, 6)] },
]
const separate: TokenGroup[] = groups.flatMap(({ prompt, completions }) =>
  completions.map((completion) => ({ prompt, completions: [completion] })),
)

describe('PEFT’s golden batch', () => {
  const training = readJsonFixture('training.json') as Training
  const golden = readFixture('outputs.safetensors')
  const firstReal = [0, 4]
  const batch: TokenGroup[] = training.padded_input_ids.map((ids, row) => ({
    prompt: ids.slice(firstReal[row], 6),
    completions: [ids.slice(6)],
  }))

  /** The clipped loss of the golden README, differentiated by hand. */
  const lossGradient = ({ logprobs }: CompletionLogprobs): number[][][] => {
    const { advantages, old_logps: old, loss_mask: mask } = training.loss
    const total = mask.flat().reduce((sum, value) => sum + value, 0)
    return logprobs.map((group, row) =>
      group.map((completion) =>
        Array.from(completion, (logprob, t) => {
          const advantage = advantages[row] ?? 0
          const ratio = Math.exp(logprob - (old[row]?.[5 + t] ?? 0))
          const clipped = Math.min(Math.max(ratio, 0.8), 1.28)
          const counts = ratio * advantage <= clipped * advantage ? (mask[row]?.[5 + t] ?? 0) : 0
          return (-ratio * advantage * counts) / total
        }),
      ),
    )
  }

  it.each([
    { mode: 'merged', activations: 'keep', layout: 'both-ways' },
    { mode: 'native', activations: 'recompute', layout: 'both-ways' },
    { mode: 'merged', activations: 'keep', layout: 'as-stored' },
    { mode: 'native', activations: 'keep', layout: 'as-stored' },
  ] as const)('has the golden values ($mode, $activations, $layout)', async ({ layout, ...options }) => {
    const weights = await loadWeights(tinySource(), { layout })
    const arrays = await gradientsOf(
      weights,
      tinyAdapter(),
      batch,
      (found) => {
        for (const [row, [completion]] of found.logprobs.entries())
          expect(
            largestDifference(completion ?? [], training.logps_at_start[row]?.slice(5) ?? []),
          ).toBeLessThan(1e-5)
        return lossGradient(found)
      },
      options,
    )
    expect(arrays.size).toBe(14)
    for (const [path, { a, b }] of arrays) {
      const expected = (letter: string) =>
        golden.get(`grad.base_model.model.${path}.lora_${letter}.weight`)?.values ?? []
      expect(largestDifference(a, expected('A')), `${path} A`).toBeLessThan(5e-6)
      expect(largestDifference(b, expected('B')), `${path} B`).toBeLessThan(5e-6)
    }
    weights.dispose()
  })
})

describe('the training pass', () => {
  it('computes a shared prompt once, with the gradients of separate sequences', async () => {
    const weights = await loadWeights(tinySource())
    const shared = await gradientsOf(weights, tinyAdapter(), groups, someWeights)
    const naive = await gradientsOf(weights, tinyAdapter(), separate, () => {
      const perGroup = someWeights({
        logprobs: groups.map(({ completions }) => completions.map(({ length }) => new Float32Array(length))),
        entropies: [],
      })
      return perGroup.flat().map((completion) => [completion])
    })
    expectClose(shared, naive, 5e-6)
    weights.dispose()
  })

  it('adds micro-batches up to the whole batch', async () => {
    const weights = await loadWeights(tinySource())
    const lora = loraTensors(tinyAdapter(), weights)
    const model = new BoundModel(weights, lora, kernels)
    const ones = ({ logprobs }: CompletionLogprobs) =>
      logprobs.map((group) => group.map((row) => row.map(() => 1)))
    const whole = (await logprobsAndGradients(model, groups, ones)).gradients
    const sum = (await logprobsAndGradients(model, groups.slice(0, 1), ones)).gradients
    accumulateGradients(sum, (await logprobsAndGradients(model, groups.slice(1), ones)).gradients)
    for (const [path, { a, b }] of whole) {
      expect(largestDifference((await sum.get(path)?.a.data()) ?? [], await a.data())).toBeLessThan(2e-5)
      expect(largestDifference((await sum.get(path)?.b.data()) ?? [], await b.data())).toBeLessThan(2e-5)
    }
  })

  it('finds the log-probabilities that score finds, bit for bit', async () => {
    const weights = await loadWeights(tinySource())
    const lora = loraTensors(tinyAdapter(), weights)
    const model = new BoundModel(weights, lora, kernels)
    const scored = await completionLogprobs(model, separate, { temperature: 0.7 })
    const trained = await logprobsAndGradients(model, groups, someWeights, { temperature: 0.7 })
    expect(trained.logprobs.flat()).toEqual(scored.logprobs.flat())
    expect(trained.entropies.flat()).toEqual(scored.entropies.flat())
    disposeLora(trained.gradients)
  })

  const shapes: [string, LlamaConfig][] = [
    ['Llama', tinyConfig],
    ['Qwen2 (biases)', { ...tinyConfig, architecture: 'qwen2', attentionBias: true }],
    [
      'Qwen3 (q/k norms, own head)',
      { ...tinyConfig, architecture: 'qwen3', queryKeyNorm: true, tiedHead: false },
    ],
  ]
  const masked = { rate: 0.3, seed: 11 }
  const tempered = { temperature: 0.8, mode: 'native' } as const
  const underMask = async (
    model: BoundModel,
    dropout: AdapterDropout | null,
  ): Promise<CompletionLogprobs> => {
    if (dropout === null) return completionLogprobs(model, groups, tempered)
    const { gradients, ...found } = await logprobsAndGradients(model, groups, someWeights, {
      ...tempered,
      dropout,
    })
    disposeLora(gradients)
    return found
  }
  it.each([
    ...shapes.map(([name, config]) => [name, config, null] as const),
    ...shapes.map(([name, config]) => [`${name}, dropout`, config, masked] as const),
  ])('agrees with finite differences: %s', async (_, config, dropout) => {
    const weights = await loadWeights(randomSource(config))
    const adapter = randomAdapter(config, { r: 2 })
    const gradients = await gradientsOf(weights, adapter, groups, someWeights, { ...tempered, dropout })
    const loss = async (changed: Adapter): Promise<number> => {
      const lora = loraTensors(changed, weights)
      const model = new BoundModel(weights, lora, kernels, 'native')
      const found = await underMask(model, dropout)
      model.dispose()
      disposeLora(lora.modules)
      const factors = someWeights(found).flat(2)
      return found.logprobs
        .flat()
        .flatMap((row) => [...row])
        .reduce((sum, x, i) => sum + x * (factors[i] ?? 0), 0)
    }
    for (const [path, module] of adapter.modules) {
      const gradient = gradients.get(path)
      for (const letter of ['a', 'b'] as const) {
        // Along the gradient the derivative is its squared length over its length: far above f32's noise.
        const along = gradient?.[letter] ?? new Float32Array()
        const length = Math.hypot(...along)
        const moved = (step: number): Adapter => {
          const values = module[letter].map((value, i) => value + (step * (along[i] ?? 0)) / length)
          return {
            ...adapter,
            modules: new Map([...adapter.modules, [path, { ...module, [letter]: values }]]),
          }
        }
        const step = 0.01
        const difference = ((await loss(moved(step))) - (await loss(moved(-step)))) / (2 * step)
        expect(Math.abs(difference / length - 1), `${path} ${letter}`).toBeLessThan(0.01)
      }
    }
  })

  it('sees the same masks in the backward pass, kept or computed again, merged or not', async () => {
    const weights = await loadWeights(tinySource())
    const found = (options: TrainOptions & { readonly mode?: AdapterMode }) =>
      gradientsOf(weights, tinyAdapter(), groups, someWeights, options)
    const dropout = { rate: 0.5, seed: 3 }
    const [kept, again] = await Promise.all([
      found({ dropout }),
      found({ dropout, activations: 'recompute' }),
    ])
    expect(again).toEqual(kept)
    expect(await found({ dropout, mode: 'native' })).toEqual(kept)
    expect(await found({ dropout: { ...dropout, seed: 4 } })).not.toEqual(kept)
    expectClose(await found({ dropout: { rate: 0, seed: 3 } }), await found({ dropout: null }), 5e-6)
    weights.dispose()
  })

  it('is without dropout the model that samples and scores: masks reach nothing else', async () => {
    const weights = await loadWeights(tinySource())
    const lora = loraTensors(tinyAdapter(), weights)
    const model = new BoundModel(weights, lora, kernels)
    const scored = await completionLogprobs(model, groups, {})
    const dropped = await logprobsAndGradients(model, groups, someWeights, {
      dropout: { rate: 0.5, seed: 3 },
    })
    expect(dropped.logprobs).not.toEqual(scored.logprobs)
    expect(await completionLogprobs(model, groups, {})).toEqual(scored)
    disposeLora(dropped.gradients)
  })

  it('has the entropy and temperature of the tempered distribution', async () => {
    const weights = await loadWeights(tinySource())
    const model = new BoundModel(weights, null, kernels)
    const [group] = groups
    if (group === undefined) throw new RangeError('no group')
    const everyToken = Array.from({ length: 97 }, (_, token) => [token])
    const found = await completionLogprobs(model, [{ ...group, completions: everyToken }], {
      temperature: 0.5,
    })
    const logprobs = found.logprobs.flat().map(([logprob]) => logprob ?? 0)
    expect(logprobs.reduce((sum, logprob) => sum + Math.exp(logprob), 0)).toBeCloseTo(1, 5)
    const entropy = -logprobs.reduce((sum, logprob) => sum + Math.exp(logprob) * logprob, 0)
    expect(found.entropies[0]?.[0]?.[0]).toBeCloseTo(entropy, 5)
  })

  it('holds no more tensors after many steps than after one, even after one that failed', async () => {
    const weights = await loadWeights(tinySource())
    for (const mode of ['merged', 'native'] as const)
      await gradientsOf(weights, tinyAdapter(), groups, someWeights, { mode })
    const after = memory().numTensors
    for (const activations of ['keep', 'recompute'] as const)
      for (const mode of ['merged', 'native'] as const) {
        const dropout = { rate: 0.5, seed: 3 }
        await gradientsOf(weights, tinyAdapter(), groups, someWeights, { mode, activations })
        await gradientsOf(weights, tinyAdapter(), groups, someWeights, { mode, activations, dropout })
        const failing = gradientsOf(weights, tinyAdapter(), groups, () => [], { mode, activations })
        await expect(failing).rejects.toThrow(RangeError)
      }
    expect(memory().numTensors).toBe(after)
    weights.dispose()
  })

  it.each([true, false])('needs one copy of weights that lie as stored (tied head: %s)', async (tiedHead) => {
    const before = memory().numBytes
    const weights = await loadWeights(randomSource({ ...tinyConfig, tiedHead }), { layout: 'as-stored' })
    for (const mode of ['merged', 'native'] as const)
      await gradientsOf(weights, randomAdapter(tinyConfig), groups, someWeights, { mode })
    expect(memory().numBytes - before).toBe(weights.parameterCount * Float32Array.BYTES_PER_ELEMENT)
    weights.dispose()
    expect(memory().numBytes).toBe(before)
  })

  it('runs no matMul with a transpose flag or a batch', async () => {
    const config = getKernel('BatchMatMul', 'wasm')
    let calls = 0
    const slow: string[] = []
    unregisterKernel('BatchMatMul', 'wasm')
    registerKernel({
      ...config,
      kernelName: 'BatchMatMul',
      backendName: 'wasm',
      kernelFunc: (params) => {
        calls += 1
        const { inputs, attrs } = params
        const shape = inputs['a']?.shape ?? []
        const batch = shape.slice(0, -2).reduce((product, length) => product * length, 1)
        if (attrs?.['transposeA'] === true || attrs?.['transposeB'] === true || batch !== 1)
          slow.push(shape.join())
        return config.kernelFunc(params)
      },
    })
    const weights = await loadWeights(tinySource())
    for (const mode of ['merged', 'native'] as const)
      for (const dropout of [null, { rate: 0.5, seed: 3 }])
        await gradientsOf(weights, tinyAdapter(), groups, someWeights, { mode, dropout })
    expect(calls).toBeGreaterThan(100)
    expect(slow).toEqual([])
    unregisterKernel('BatchMatMul', 'wasm')
    registerKernel({ ...config, kernelName: 'BatchMatMul', backendName: 'wasm' })
  })
})
