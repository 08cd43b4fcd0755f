/**
 * One update of phase 1 (MLPO §3): mean cross-entropy over the completion tokens of a batch of traces, at temperature 1.
 *
 *     loss = − 1/M Σ_i Σ_t logπ_θ(o_i,t)        M = completion tokens of the batch
 *
 * Order and batches follow from the seed and the number of updates done, so that a resumed run goes on with the same one.
 */
import type { Config } from './config/config.ts'
import { stream } from './random.ts'
import type { SftStage, SftState, Trace } from './sft-stages.ts'
import type { Metrics } from './stages.ts'
import { mean } from './statistics.ts'
import type { Gradients, GradientOptions, Trainer, UpdateReport, UpdateSettings } from './trainer/trainer.ts'

type LossStage = Extract<SftStage, { readonly stage: 'sft-loss' }>
type UpdateStage = Extract<SftStage, { readonly stage: 'sft-update' }>

export type SftPlan = Pick<Config, 'seed' | 'sft_num_train_epochs' | 'sft_batch_size'>

/** Updates of the whole phase: the last batch of an epoch may be smaller. */
export function sftSteps(
  traces: number,
  { sft_num_train_epochs: epochs, sft_batch_size: size }: SftPlan,
): number {
  return epochs * Math.ceil(traces / size)
}

/** Indexes of the traces that an update learns from; `done` counts the updates before it. */
export function sftBatch(traces: number, done: number, { seed, sft_batch_size: size }: SftPlan): number[] {
  const perEpoch = Math.ceil(traces / size)
  const epoch = Math.floor(done / perEpoch)
  const all = Array.from({ length: traces }, (_, trace) => trace)
  const start = (done % perEpoch) * size
  return stream(seed, 'sft-batches', epoch)
    .shuffle(all)
    .slice(start, start + size)
}

export interface SftLoss {
  readonly loss: number
  readonly gradients: Gradients
  /** Nats, [trace][token]. */
  readonly logprobs: readonly (readonly number[])[]
  readonly entropies: readonly (readonly number[])[]
}

/** Cross-entropy and its gradient; each trace is a group of its own. */
export async function sftLoss(
  trainer: Trainer,
  traces: readonly Pick<Trace, 'prompt' | 'ids'>[],
  options: Pick<GradientOptions, 'signal' | 'onProgress'> = {},
): Promise<SftLoss> {
  const tokens = traces.reduce((sum, { ids }) => sum + ids.length, 0)
  const logprobs: number[][] = traces.map(() => [])
  const entropies: number[][] = traces.map(() => [])
  const gradients = await trainer.gradients(
    traces.map(({ prompt, ids }) => ({ prompt: prompt.promptIds, completions: [ids] })),
    (rows, output) =>
      rows.map(({ group }, i) => {
        const own = [...(output.logprobs[i] ?? [])]
        logprobs[group] = own
        entropies[group] = [...(output.entropies[i] ?? [])]
        return own.map(() => -1 / tokens)
      }),
    { ...options, temperature: 1 },
  )
  const loss = logprobs.flat().reduce((sum, logprob) => sum - logprob, 0) / tokens
  return { loss, gradients, logprobs, entropies }
}

export interface SftUpdateContext {
  readonly config: Config
  readonly trainer: Trainer
  readonly signal?: AbortSignal
}

/** loss → update; the state of the phase goes on with the second. */
export async function* sftUpdate(
  { config, trainer, signal }: SftUpdateContext,
  { traces, step: done, history }: SftState,
): AsyncGenerator<LossStage, UpdateStage, void> {
  const [step, steps] = [done + 1, sftSteps(traces.length, config)]
  const indexes = sftBatch(traces.length, done, config)
  const batch = indexes.flatMap((index) => traces[index] ?? [])
  const { gradients, ...found } = await sftLoss(trainer, batch, signal && { signal })
  yield { stage: 'sft-loss', step, steps, traces: indexes, ...found }

  signal?.throwIfAborted()
  const report = trainer.update(gradients, updateSettings(config, steps))
  const seen = batch.reduce((sum, { prompt, ids }) => sum + prompt.promptIds.length + ids.length, 0)
  const num_tokens = (history.at(-1)?.metrics['num_tokens'] ?? 0) + seen
  const metrics = { loss: found.loss, entropy: mean(found.entropies.flat()), num_tokens }
  return updateStage({ step, steps }, report, metrics)
}

/** The rate falls evenly to 0, TRL's default for SFT. */
function updateSettings(config: Config, steps: number): UpdateSettings {
  const { sft_learning_rate: learning_rate, sft_max_grad_norm: max_grad_norm } = config
  const schedule = { lr_scheduler_type: 'linear', warmup_steps: 0, max_steps: steps } as const
  return { ...schedule, learning_rate, max_grad_norm, num_iterations: 1 }
}

function updateStage(
  at: Pick<UpdateStage, 'step' | 'steps'>,
  { learningRate, gradNorm, clipped: gradClipped, updateNorm, weightNorm }: UpdateReport,
  measured: Metrics,
): UpdateStage {
  const metrics = {
    ...measured,
    learning_rate: learningRate,
    grad_norm: gradNorm,
    grad_clipped: Number(gradClipped),
    'lora/update_norm': updateNorm,
    'lora/weight_norm': weightNorm,
  }
  return { stage: 'sft-update', ...at, learningRate, gradNorm, gradClipped, updateNorm, weightNorm, metrics }
}
