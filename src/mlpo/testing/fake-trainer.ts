/** Trains `fake-engine.ts` exactly: the gradient of log softmax(B)_k is one-hot(k) − softmax(B), over temperature. */
import type { Adapter } from '../../engine/engine.ts'
import type { Config } from '../config/config.ts'
import { LoraOptimiser } from '../trainer/lora-optimiser.ts'
import type { Row, Trainer, TrainerState, TrainingGroup } from '../trainer/trainer.ts'
import { choiceOf, fakeChoices, fakeLogprobs, fakeModule } from './fake-engine.ts'

export function fakeAdapter(scores: Float32Array = new Float32Array(fakeChoices)): Adapter {
  const module = { inFeatures: 1, outFeatures: fakeChoices, a: Float32Array.of(1), b: scores }
  return { r: 1, alpha: 1, baseModel: 'fake-model', modules: new Map([[fakeModule, module]]) }
}

export function fakeTrainer(config: Config, state?: TrainerState): Trainer {
  const optimiser = new LoraOptimiser(config, state ?? fakeAdapter())
  const { micro_batch_size } = config
  const output = (
    adapter: Adapter | null,
    groups: readonly TrainingGroup[],
    temperature = config.temperature,
  ) => {
    const logprobs = fakeLogprobs(adapter, temperature)
    const entropy = -logprobs.reduce((sum, logprob) => sum + Math.exp(logprob) * logprob, 0)
    const perToken = (value: (token: number) => number) =>
      groups.map(({ completions }) =>
        completions.map((ids) => Float32Array.from(ids, (id) => (choiceOf(id) < 0 ? 0 : value(id)))),
      )
    return {
      logprobs: perToken((id) => logprobs[choiceOf(id)] ?? 0),
      entropies: perToken(() => entropy),
    }
  }
  return {
    logprobs(groups, { policy }) {
      const reference = config.kl_reference === 'base' ? null : optimiser.state.start
      return Promise.resolve(output(policy === 'current' ? optimiser.adapter : reference, groups))
    },
    gradients(groups, backward, { temperature = config.temperature } = {}) {
      const { logprobs, entropies } = output(optimiser.adapter, groups, temperature)
      const probabilities = fakeLogprobs(optimiser.adapter, temperature).map(Math.exp)
      const rows: Row[] = groups.flatMap(({ completions }, group) =>
        completions.map((_, completion) => ({ group, completion })),
      )
      const b = new Float32Array(fakeChoices)
      for (let from = 0; from < rows.length; from += micro_batch_size) {
        const batch = rows.slice(from, from + micro_batch_size)
        const of = (values: typeof logprobs) =>
          batch.map(({ group, completion }) => values[group]?.[completion] ?? new Float32Array())
        const slopes = backward(batch, { logprobs: of(logprobs), entropies: of(entropies) })
        for (const [i, { group, completion }] of batch.entries()) {
          const choice = choiceOf(groups[group]?.completions[completion]?.[0] ?? 0)
          // Text that is spelt out is certain: only a choice can be learnt.
          if (choice < 0) continue
          const slope = (slopes[i]?.[0] ?? 0) / temperature
          for (let k = 0; k < fakeChoices; k++)
            b[k] = (b[k] ?? 0) + slope * (Number(k === choice) - (probabilities[k] ?? 0))
        }
      }
      return Promise.resolve(new Map([[fakeModule, { a: Float32Array.of(0), b }]]))
    },
    update: (...given) => optimiser.update(...given),
    restart: () => optimiser.restart(),
    adapter: () => optimiser.adapter,
    state: () => optimiser.state,
    dispose() {},
  }
}
