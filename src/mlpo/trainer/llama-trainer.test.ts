import { memory } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Kernels } from '../../engine/llama/kernels.ts'
import {
  largestDifference,
  randomTokens,
  readFixture,
  readJsonFixture,
  startWasm,
  tinyAdapter,
  tinySource,
} from '../../engine/llama/testing.ts'
import { loadWeights, type LlamaWeights } from '../../engine/llama/weights.ts'
import { parseConfig, type Config } from '../config/config.ts'
import { objective } from '../objective.ts'
import { createTrainer } from './llama-trainer.ts'
import { LoraOptimiser, TrainerStateError } from './lora-optimiser.ts'
import type { Backward, Trainer, TrainingGroup } from './trainer.ts'

interface Training {
  readonly padded_input_ids: number[][]
  readonly loss: { readonly advantages: number[]; readonly old_logps: number[][] }
  readonly steps: { readonly loss: number; readonly grad_norm_before_clip: number }[]
  readonly loss_after_last_step: number
}

const training = readJsonFixture('training.json') as Training
const settings = {
  lora_r: 4,
  lora_alpha: 8,
  learning_rate: 1e-3,
  weight_decay: 0.01,
  max_grad_norm: 1,
  loss_type: 'dapo',
  kl_reference: 'base',
} as const

let kernels: Kernels
let weights: LlamaWeights
beforeAll(async () => {
  kernels = await startWasm()
  weights = await loadWeights(tinySource())
})
afterAll(() => {
  weights.dispose()
})

const trainerOf = (config: Config, state?: ReturnType<Trainer['state']>) =>
  createTrainer({ base: weights, kernels, baseModel: 'tinyllama', config, ...(state && { state }) })

/** Prompt and completion of each row of the golden batch, without its padding. */
const goldenGroups: TrainingGroup[] = [
  {
    prompt: training.padded_input_ids[0]?.slice(0, 6) ?? [],
    completions: [training.padded_input_ids[0]?.slice(6) ?? []],
  },
  {
    prompt: training.padded_input_ids[1]?.slice(4, 6) ?? [],
    completions: [training.padded_input_ids[1]?.slice(6, 11) ?? []],
  },
]

async function goldenPass(trainer: Trainer, config: Config) {
  let loss = 0
  const backward: Backward = (rows, { logprobs }) => {
    const found = objective(
      rows.map(({ group }, i) => ({
        advantage: training.loss.advantages[group] ?? 0,
        policy: logprobs[i] ?? [],
        old: (training.loss.old_logps[group] ?? []).slice(5, 5 + (logprobs[i]?.length ?? 0)),
        reference: null,
        weights: null,
        truncated: false,
      })),
      { ...config, length: 16 },
      { rows: 2, tokens: 11 },
    )
    loss += found.loss
    return found.gradient
  }
  const gradients = await trainer.gradients(goldenGroups, backward)
  return { loss, gradients }
}

const groups: TrainingGroup[] = [3, 5].map((length, g) => ({
  prompt: randomTokens(length, 97, 1, g),
  completions: [4, 2, 6].map((n, c) => randomTokens(n, 97, 2, g, c)),
}))
/** A loss that differs from token to token, as a function of where the token is. */
const someLoss: Backward = (rows, { logprobs }) =>
  rows.map(({ group, completion }, i) =>
    Array.from(logprobs[i] ?? [], (_, t) => Math.sin(1 + group + 2 * completion + 3 * t)),
  )

describe('the trainer', () => {
  test.each([1, 16])(
    'makes PEFT’s and torch’s three steps, %i completions a pass',
    async (micro_batch_size) => {
      const config = parseConfig({ ...settings, micro_batch_size })
      const trainer = trainerOf(config, new LoraOptimiser(config, tinyAdapter()).state)
      for (const expected of training.steps) {
        const { loss, gradients } = await goldenPass(trainer, config)
        const report = trainer.update(gradients)
        expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5)
        expect(Math.abs(report.gradNorm - expected.grad_norm_before_clip)).toBeLessThan(1e-5)
        expect(report).toMatchObject({ clipped: true, learningRate: 1e-3 })
      }
      expect(Math.abs((await goldenPass(trainer, config)).loss - training.loss_after_last_step)).toBeLessThan(
        1e-5,
      )

      const golden = readFixture('after_3_steps.safetensors')
      const { adapter, moments } = trainer.state()
      expect(adapter.modules.size).toBe(14)
      for (const [path, module] of adapter.modules)
        for (const side of ['a', 'b'] as const) {
          const name = `base_model.model.${path}.lora_${side.toUpperCase()}.weight`
          const held = moments.get(path)
          const of = (prefix: string) => golden.get(`${prefix}${name}`)?.values ?? []
          expect(largestDifference(module[side], of('')), name).toBeLessThan(1e-6)
          expect(largestDifference(held?.first[side] ?? [], of('exp_avg.')), name).toBeLessThan(1e-6)
          expect(largestDifference(held?.second[side] ?? [], of('exp_avg_sq.')), name).toBeLessThan(1e-6)
        }
      trainer.dispose()
    },
  )

  test('gives a group that is cut into passes the gradients of the whole', async () => {
    const gradients = await Promise.all(
      [2, 16].map(async (micro_batch_size) => {
        const trainer = trainerOf(parseConfig({ ...settings, micro_batch_size }))
        const found = await trainer.gradients(groups, someLoss)
        trainer.dispose()
        return found
      }),
    )
    for (const [path, { a, b }] of gradients[0] ?? []) {
      expect(largestDifference(gradients[1]?.get(path)?.a ?? [], a)).toBeLessThan(2e-5)
      expect(largestDifference(gradients[1]?.get(path)?.b ?? [], b)).toBeLessThan(2e-5)
    }
  })

  test('has the same log-probabilities with and without gradients, whatever the passes', async () => {
    for (const micro_batch_size of [2, 16]) {
      const trainer = trainerOf(parseConfig({ ...settings, micro_batch_size, temperature: 0.7 }))
      const { logprobs, entropies } = await trainer.logprobs(groups, { policy: 'current' })
      await trainer.gradients(groups, (rows, found) => {
        for (const [i, { group, completion }] of rows.entries()) {
          expect(
            largestDifference(found.logprobs[i] ?? [], logprobs[group]?.[completion] ?? [0]),
          ).toBeLessThan(1e-5)
          expect(
            largestDifference(found.entropies[i] ?? [], entropies[group]?.[completion] ?? [0]),
          ).toBeLessThan(1e-5)
        }
        return someLoss(rows, found)
      })
      trainer.dispose()
    }
  })

  test('has zero gradients of no completions, for every module', async () => {
    const trainer = trainerOf(parseConfig(settings))
    const gradients = await trainer.gradients([], someLoss)
    expect([...gradients.keys()]).toEqual([...trainer.adapter().modules.keys()])
    expect(trainer.update(gradients)).toMatchObject({ gradNorm: 0, clipped: false })
  })

  test('starts as the base model, and moves away from its reference with the first update', async () => {
    for (const kl_reference of ['base', 'start'] as const) {
      const trainer = trainerOf(parseConfig({ ...settings, kl_reference }))
      const start = await trainer.logprobs(groups, { policy: 'current' })
      const reference = await trainer.logprobs(groups, { policy: 'reference' })
      expect(start).toEqual(reference)
      trainer.update(await trainer.gradients(groups, someLoss))
      expect(await trainer.logprobs(groups, { policy: 'reference' })).toEqual(reference)
      expect(await trainer.logprobs(groups, { policy: 'current' })).not.toEqual(reference)
      trainer.dispose()
    }
  })

  test('goes on from its state as if it had not stopped, bit for bit', async () => {
    const config = parseConfig(settings)
    const straight = trainerOf(config)
    straight.update(await straight.gradients(groups, someLoss))
    const resumed = trainerOf(config, straight.state())
    for (const trainer of [straight, resumed]) trainer.update(await trainer.gradients(groups, someLoss))
    expect(resumed.state()).toEqual(straight.state())
    for (const trainer of [straight, resumed]) trainer.dispose()
  })

  test('drops inputs where it has gradients and nowhere else, anew in each pass and after each update', async () => {
    const dropped = trainerOf(parseConfig({ ...settings, lora_dropout: 0.5 }))
    const plain = trainerOf(parseConfig(settings))
    // The first update moves B away from 0; before it, no mask could be seen.
    const first = await plain.gradients(groups, someLoss)
    for (const trainer of [dropped, plain]) trainer.update(first)
    for (const policy of ['current', 'reference'] as const)
      expect(await dropped.logprobs(groups, { policy })).toEqual(await plain.logprobs(groups, { policy }))
    const seen: (readonly Float32Array[])[] = []
    const watched: Backward = (rows, output) => {
      seen.push(output.logprobs)
      return someLoss(rows, output)
    }
    const found = await dropped.gradients(groups, watched)
    expect(await dropped.gradients(groups, watched)).toEqual(found)
    expect(seen[1]).toEqual(seen[0])
    expect(seen[0]).not.toEqual((await plain.logprobs(groups, { policy: 'current' })).logprobs.flat())
    const still = { ...parseConfig(settings), learning_rate: 0 }
    dropped.update(found, still)
    await dropped.gradients(groups, watched)
    expect(seen[2]).not.toEqual(seen[0])
    expect(dropped.adapter().dropout).toBe(0.5)
    expect(plain.adapter()).not.toHaveProperty('dropout')
    for (const trainer of [dropped, plain]) trainer.dispose()
  })

  test('names the dropout that it goes on with, whatever its state was trained with', () => {
    const state = trainerOf(parseConfig({ ...settings, lora_dropout: 0.5 })).state()
    const fork = trainerOf(parseConfig({ ...settings, lora_dropout: 0.1 }), state)
    expect(fork.adapter()).toEqual({ ...state.adapter, dropout: 0.1 })
    expect(trainerOf(parseConfig(settings), state).adapter()).not.toHaveProperty('dropout')
  })

  test('starts again with the adapter as it is: a new optimiser, and a new reference', async () => {
    const config = parseConfig({ ...settings, kl_reference: 'start' })
    const trainer = trainerOf(config)
    trainer.update(await trainer.gradients(groups, someLoss))
    const learnt = trainer.adapter()
    trainer.restart()
    expect(trainer.state()).toEqual(new LoraOptimiser(config, learnt).state)
    expect(await trainer.logprobs(groups, { policy: 'reference' })).toEqual(
      await trainer.logprobs(groups, { policy: 'current' }),
    )
    trainer.dispose()
  })

  test('has gradients at another temperature, and updates by other settings, where asked for', async () => {
    const hot = trainerOf(parseConfig({ ...settings, temperature: 0.7 }))
    const other = parseConfig({ ...settings, learning_rate: 0.01, max_grad_norm: 1000 })
    const plain = trainerOf(other)
    const expected = await plain.gradients(groups, someLoss)
    expect(await hot.gradients(groups, someLoss, { temperature: 1 })).toEqual(expected)
    expect(await hot.gradients(groups, someLoss)).not.toEqual(expected)
    expect(hot.update(expected, other)).toEqual(plain.update(expected))
    expect(hot.state()).toEqual(plain.state())
    for (const trainer of [hot, plain]) trainer.dispose()
  })

  test('refuses a state of another shape', () => {
    const state = trainerOf(parseConfig(settings)).state()
    for (const other of [{ lora_r: 8 }, { lora_alpha: 4 }, { lora_target_modules: ['q_proj'] as const }])
      expect(() => trainerOf(parseConfig({ ...settings, ...other }), state)).toThrow(TrainerStateError)
  })

  test('adapts the layers that are asked for, and no others', () => {
    const config = parseConfig({ ...settings, lora_target_modules: ['v_proj', 'down_proj'] })
    expect([...trainerOf(config).adapter().modules.keys()]).toEqual([
      'model.layers.0.self_attn.v_proj',
      'model.layers.0.mlp.down_proj',
      'model.layers.1.self_attn.v_proj',
      'model.layers.1.mlp.down_proj',
    ])
  })

  test('frees its tensors when a loss throws and when it is aborted', async () => {
    const trainer = trainerOf(parseConfig(settings))
    await trainer.gradients(groups, someLoss)
    const before = memory().numTensors
    const broken: Backward = () => {
      throw new Error('broken loss')
    }
    await expect(trainer.gradients(groups, broken)).rejects.toThrow('broken loss')
    const signal = AbortSignal.abort(new Error('stopped'))
    await expect(trainer.gradients(groups, someLoss, { signal })).rejects.toThrow('stopped')
    expect(memory().numTensors).toBe(before)
    trainer.dispose()
  })
})
