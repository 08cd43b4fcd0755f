import { describe, expect, test } from 'vitest'
import { fakeConfig } from './testing/fake-session.ts'
import { fakeAdapter, fakeTrainer } from './testing/fake-trainer.ts'
import { fakeModule } from './testing/fake-engine.ts'
import { objective } from './objective.ts'
import { sftBatch, sftLoss, sftSteps } from './sft-update.ts'
import type { StepPrompt } from './stages.ts'
import { preparedTasks } from './testing/prepared-tasks.ts'
import { LoraOptimiser } from './trainer/lora-optimiser.ts'

const [prepared] = preparedTasks({ count: 1, peers: 2, variants: 1 })
if (prepared === undefined) throw new Error('there is a task')
const prompt: StepPrompt = {
  task: prepared.task,
  variant: 1,
  round: 0,
  proposals: null,
  promptText: '',
  promptIds: [1, 2],
}
const choice = (k: number) => 256 + k
/** A choice and an end; a choice, text that is certain, and an end. */
const traces = [
  { prompt, ids: [choice(3), 0] },
  { prompt, ids: [choice(7), 40, 0] },
]
const scores = Float32Array.from([0, 0.5, -1, 2, 0, 0, 0.25, -0.5, 0, 1])
function trainerAt(b: Float32Array, given: Parameters<typeof fakeConfig>[0] = {}) {
  const config = fakeConfig(given)
  return fakeTrainer(config, new LoraOptimiser(config, fakeAdapter(b)).state)
}
const softmax = (values: Float32Array) => {
  const sum = values.reduce((total, value) => total + Math.exp(value), 0)
  return Array.from(values, (value) => Math.exp(value) / sum)
}

describe('the loss on traces', () => {
  test('is the mean cross-entropy over all completion tokens of the batch, by plain arithmetic', async () => {
    const { loss, gradients } = await sftLoss(trainerAt(scores), traces)
    const p = softmax(scores)
    expect(loss).toBeCloseTo(-(Math.log(p[3] ?? 0) + Math.log(p[7] ?? 0)) / 5, 6)
    const expected = p.map((share, k) => (2 * share - Number(k === 3) - Number(k === 7)) / 5)
    for (const [k, slope] of (gradients.get(fakeModule)?.b ?? []).entries())
      expect(slope).toBeCloseTo(expected[k] ?? Number.NaN, 6)
  })

  test('has the slope of its finite differences', async () => {
    const { gradients } = await sftLoss(trainerAt(scores), traces)
    const lossAt = async (k: number, change: number) =>
      (await sftLoss(trainerAt(scores.with(k, (scores[k] ?? 0) + change)), traces)).loss
    for (const k of scores.keys()) {
      const slope = ((await lossAt(k, 0.01)) - (await lossAt(k, -0.01))) / 0.02
      expect(gradients.get(fakeModule)?.b[k]).toBeCloseTo(slope, 3)
    }
  })

  test('has the gradient of a policy with advantage 1, ρ = 1 and all tokens as the normaliser', async () => {
    const trainer = trainerAt(scores)
    const { gradients } = await sftLoss(trainer, traces)
    const settings = { ...fakeConfig({ loss_type: 'dapo' }), length: 4 }
    const groups = traces.map(({ ids }) => ({ prompt: [1, 2], completions: [ids] }))
    const policy = await trainer.gradients(groups, (rows, { logprobs }) => {
      const all = rows.map((_, i) => ({
        ...{ advantage: 1, policy: logprobs[i] ?? [], old: null, reference: null, weights: null },
        truncated: false,
      }))
      return objective(all, settings, { rows: 2, tokens: 5 }).gradient
    })
    expect(gradients).toEqual(policy)
  })

  test('does not depend on the temperature of phase 2 or on the passes', async () => {
    const { loss, gradients } = await sftLoss(trainerAt(scores), traces)
    const other = await sftLoss(trainerAt(scores, { temperature: 0.5, micro_batch_size: 1 }), traces)
    expect(other.loss).toBe(loss)
    expect(other.gradients).toEqual(gradients)
  })
})

describe('batches of traces', () => {
  const plan = { seed: 1, sft_num_train_epochs: 2, sft_batch_size: 4 }

  test('show every trace once an epoch, in another order each, the last batch smaller', () => {
    expect(sftSteps(10, plan)).toBe(6)
    const epoch = (number: number) => [0, 1, 2].map((batch) => sftBatch(10, 3 * number + batch, plan))
    for (const batches of [epoch(0), epoch(1)]) {
      expect(batches.map(({ length }) => length)).toEqual([4, 4, 2])
      expect(batches.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
    expect(epoch(1)).not.toEqual(epoch(0))
  })

  test('without traces there is no update', () => {
    expect(sftSteps(0, plan)).toBe(0)
  })
})
