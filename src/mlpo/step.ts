/**
 * One training step of MLPO (§4), top to bottom: prompt → sample → score → advantage, then `num_iterations` times
 * loss → update. A generator that yields each stage with all that it computed and does nothing between pulls.
 * Nothing else may drive training.
 */
import type { Engine } from '../engine/engine.ts'
import type { BatchOrder } from './batches.ts'
import type { PromptStyle } from './prompts.ts'
import type { ScoreCustom } from './rewards/custom.ts'
import { rewardTerms } from './rewards/rewards.ts'
import type { GroupAdvantage, Metrics, Progress, Stage } from './stages.ts'
import { batchAdvantages, promptAdvantages, sampleBatch, type Batch } from './step-batch.ts'
import {
  lossPass,
  samplerMetrics,
  type LossConfig,
  type LossInput,
  type LossPassOptions,
} from './step-loss.ts'
import { averaged, lengthMetrics, tokenCount } from './step-metrics.ts'
import { planPrompts } from './step-sample.ts'
import { StepTimer } from './step-timer.ts'
import { present, teamMetrics } from './team-metrics.ts'
import type { PerToken, Trainer, TrainingGroup, UpdateReport } from './trainer/trainer.ts'

export interface StepContext {
  readonly config: LossConfig
  readonly leader: Engine
  readonly trainer: Trainer
  readonly order: BatchOrder
  readonly style: PromptStyle
  /** One's own rewards. */
  readonly scoreCustom: ScoreCustom
  /** Milliseconds. */
  readonly now: () => number
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface StepStart {
  /** From 1. */
  readonly step: number
  /** Draws taken from the batch order before this step. */
  readonly cursor: number
  /** Tokens seen before this step (TRL `num_tokens`). */
  readonly tokensBefore: number
}

/** A step's parts see its own timer. */
interface Running extends StepContext {
  readonly timer: StepTimer
  readonly step: number
}

interface LearnableBatch extends Batch {
  /** [prompt]. */
  readonly advantages: readonly GroupAdvantage[]
  readonly cursor: number
}

export interface StepEnd {
  /** What the last update stage carries. */
  readonly metrics: Metrics
  /** Where the next step's batch starts. */
  readonly cursor: number
}

export async function* runStep(
  context: StepContext,
  { step, cursor, tokensBefore }: StepStart,
): AsyncGenerator<Stage, StepEnd, void> {
  const running = { ...context, step, timer: new StepTimer(context.now) }
  const batch = yield* rollOut(running, cursor)
  const metrics = yield* learn(running, { batch, tokensBefore })
  return { metrics, cursor: batch.cursor }
}

/** prompt → sample → score → advantage */
async function* rollOut(context: Running, start: number): AsyncGenerator<Stage, LearnableBatch, void> {
  const { config, step, order } = context
  const { groups: drawn, cursor } = await order.batch(
    { cursor: start, count: config.prompts_per_step },
    context,
  )
  const plans = planPrompts(drawn, context)
  yield { step, stage: 'prompt', prompts: plans.flat().map(({ prompt }) => prompt) }

  context.signal?.throwIfAborted()
  const batch = await sampleBatch(plans, { context, step })
  yield { step, stage: 'sample', groups: batch.final.map(({ rollouts }) => rollouts) }

  const { names: functions, weights } = rewardTerms(config)
  yield { step, stage: 'score', functions, weights, groups: batch.final.map(({ scores }) => scores) }

  const advantages = promptAdvantages(batch.groups, config)
  yield { step, stage: 'advantage', groups: advantages }
  return { ...batch, advantages, cursor }
}

/** (loss → update) × num_iterations */
async function* learn(
  context: Running,
  { batch, tokensBefore }: { readonly batch: LearnableBatch; readonly tokensBefore: number },
): AsyncGenerator<Stage, Metrics, void> {
  const { config, leader, trainer, timer, step } = context
  const input = await lossInput(context, batch)
  const passes: Record<string, number>[] = []
  let old: PerToken | null = null
  let adapterVersion = input.rollouts[0]?.[0]?.adapterVersion ?? 0
  for (let iteration = 0; ; iteration++) {
    const pass = await timer.measure('loss', () =>
      lossPass(trainer, config, lossOptions(context, { ...input, old })),
    )
    old ??= pass.logprobs
    yield { step, stage: 'loss', iteration, loss: pass.loss, groups: pass.tokens }

    context.signal?.throwIfAborted()
    const report = await timer.measure('update', () => trainer.update(pass.gradients))
    passes.push({ ...pass.metrics, ...updateMetrics(report) })
    const { learningRate, gradNorm, clipped: gradClipped, updateNorm, weightNorm } = report
    const update = { learningRate, gradNorm, gradClipped, updateNorm, weightNorm }
    if (iteration < config.num_iterations - 1) {
      yield { step, stage: 'update', iteration, ...update, adapterVersion, metrics: null }
      continue
    }
    // Nothing is sampled between the updates of a batch, so the engine gets the last adapter only.
    adapterVersion = await timer.measure('sync', () => leader.setAdapter(trainer.adapter()))
    const metrics = { ...stepMetrics(context, { batch, passes, old, tokensBefore }), ...timer.metrics() }
    yield { step, stage: 'update', iteration, ...update, adapterVersion, metrics }
    return metrics
  }
}

async function lossInput(
  { config, trainer, timer }: Running,
  { final, advantages }: LearnableBatch,
): Promise<Omit<LossInput, 'old'>> {
  const groups: TrainingGroup[] = final.map(({ prompt, rollouts }) => ({
    prompt: prompt.promptIds,
    completions: rollouts.map(({ ids }) => ids),
  }))
  const reference =
    config.beta === 0
      ? null
      : await timer.measure('loss', () => trainer.logprobs(groups, { policy: 'reference' }))
  return {
    groups,
    rollouts: final.map(({ rollouts }) => rollouts),
    advantages: advantages.map((group) => group.advantages),
    reference: reference?.logprobs ?? null,
  }
}

function lossOptions({ signal, onProgress }: Running, input: LossInput): LossPassOptions {
  const total = input.rollouts.flat().length
  return {
    input,
    ...(signal && { signal }),
    ...(onProgress && {
      onProgress: (done) =>
        onProgress({ what: 'loss', label: 'Computing gradients', done, total, unit: 'completions' }),
    }),
  }
}

function stepMetrics(
  { config }: Running,
  {
    batch,
    passes,
    old,
    tokensBefore,
  }: {
    readonly batch: LearnableBatch
    readonly passes: readonly Record<string, number>[]
    readonly old: PerToken
    readonly tokensBefore: number
  },
): Record<string, number> {
  const sampled = batch.sampled.flat()
  const rollouts = batch.final.map((prompt) => prompt.rollouts)
  return present({
    ...averaged(passes),
    'lora/weight_norm': passes.at(-1)?.['lora/weight_norm'] ?? 0,
    ...batchAdvantages(batch.sampled, config).metrics,
    ...lengthMetrics(sampled.flatMap((prompt) => prompt.rollouts)),
    ...samplerMetrics(config, { rollouts, old }),
    ...teamMetrics(sampled),
    num_tokens: tokensBefore + tokenCount(sampled),
    ...(config.resample_degenerate && { resampled_groups: batch.sampled.length - batch.groups.length }),
  })
}

function updateMetrics(report: UpdateReport): Record<string, number> {
  return {
    learning_rate: report.learningRate,
    grad_norm: report.gradNorm,
    grad_clipped: Number(report.clipped),
    'lora/update_norm': report.updateNorm,
    'lora/weight_norm': report.weightNorm,
  }
}
