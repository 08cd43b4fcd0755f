/**
 * Phase 1 (MLPO §3), the optional one: the leader completes training questions, its completions become backtracking
 * traces, and the adapter learns from them. A generator of stages, as a step is one; with each comes the state to save,
 * from which an interrupted phase goes on with the same next batch. Nothing is sampled between its updates; engine and
 * optimiser are handed over to phase 2 by the session.
 */
import { promptDraw, type ProposalSource, type PromptDraw } from './batches.ts'
import type { Config } from './config/config.ts'
import { stream } from './random.ts'
import { counted } from './sft-choice.ts'
import type { SftStage, SftState } from './sft-stages.ts'
import { tracesOf, type TraceContext } from './sft-traces.ts'
import { sftSteps, sftUpdate } from './sft-update.ts'
import type { Progress } from './stages.ts'
import { planPrompts, sampleRollouts } from './step-sample.ts'
import type { Trainer } from './trainer/trainer.ts'

export interface TracesContext extends TraceContext {
  readonly proposals: ProposalSource
  readonly onProgress?: (progress: Progress) => void
}

export interface SftContext extends TracesContext {
  readonly trainer: Trainer
}

export interface SftTurn {
  readonly stage: SftStage
  readonly state: SftState
}

/** The leader must have the trainer's adapter on. */
export async function* runSft(context: SftContext, start: SftState): AsyncGenerator<SftTurn, void, void> {
  let state = start
  while (state.phase === 'traces') state = yield* moreTraces(context, state)
  const steps = sftSteps(state.traces.length, context.config)
  while (state.step < steps) state = yield* oneUpdate(context, state)
}

/** sft-sample → sft-traces, of one chunk of questions. */
export async function* moreTraces(
  context: TracesContext,
  state: SftState,
): AsyncGenerator<SftTurn, SftState, void> {
  context.signal?.throwIfAborted()
  report(context, state)
  const { draws, cursor } = await nextQuestions(context, state)
  const plans = planPrompts([draws], context).flat()
  const prompts = plans.map(({ prompt }) => prompt)
  const groups = plans.length === 0 ? [] : await sampleRollouts(plans, sampling(context))
  yield { stage: { stage: 'sft-sample', prompts, groups }, state }

  const completed = prompts.map((prompt, p) => ({ prompt, rollouts: groups[p] ?? [] }))
  const outcomes = await tracesOf(completed, context)
  const traces = [...state.traces, ...outcomes.flatMap((each) => ('trace' in each ? [each.trace] : []))]
  const counts = counted(state.counts, outcomes)
  const more: SftState = { ...state, cursor, counts, traces }
  const left = leftOf(context, more)
  const next: SftState = left > 0 ? more : { ...more, phase: 'updates' }
  yield { stage: { stage: 'sft-traces', outcomes, counts, left }, state: next }
  return next
}

/** sft-loss → sft-update. */
async function* oneUpdate(context: SftContext, state: SftState): AsyncGenerator<SftTurn, SftState, void> {
  context.signal?.throwIfAborted()
  const total = sftSteps(state.traces.length, context.config)
  const label = 'Learning from traces'
  context.onProgress?.({ what: 'traces', label, done: state.step, total, unit: 'steps' })
  const update = sftUpdate(context, state)
  let pulled = await update.next()
  for (; !pulled.done; pulled = await update.next()) yield { stage: pulled.value, state }
  const stage = pulled.value
  const { step, metrics } = stage
  const next = { ...state, step, history: [...state.history, { step, metrics }] }
  yield { stage, state: next }
  return next
}

function report(context: TracesContext, state: SftState): void {
  const { prompts: done } = state.counts
  const total = done + leftOf(context, state)
  context.onProgress?.({ what: 'traces', label: 'Making traces', done, total, unit: 'questions' })
}

/** Questions still to be tried. */
function leftOf({ config, proposals }: TracesContext, { cursor, counts }: SftState): number {
  const left = proposals.tasks.length - cursor
  return Math.min(left, (config.sft_prompts ?? Number.POSITIVE_INFINITY) - counts.prompts)
}

/** Of the next questions in a seeded order those that the easy filter keeps, each with variant 1 of its proposals. */
async function nextQuestions(
  context: TracesContext,
  state: SftState,
): Promise<{ readonly draws: readonly PromptDraw[]; readonly cursor: number }> {
  const { config, proposals, signal, onProgress } = context
  const order = stream(config.seed, 'sft-questions').shuffle([...proposals.tasks.keys()])
  const count = Math.min(leftOf(context, state), chunkOf(config))
  const indexes = order.slice(state.cursor, state.cursor + count)
  const prepared = await proposals.prepare(indexes, {
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  })
  const draws = prepared
    .filter((task) => task !== null)
    .map((task) => promptDraw(task, { variant: 0, count: config.sft_completions }, config))
  return { draws, cursor: state.cursor + indexes.length }
}

/** Questions whose completions are sampled together: about as many completions as in a step. */
function chunkOf({ prompts_per_step, num_generations, sft_completions }: Config): number {
  return Math.max(1, Math.floor((prompts_per_step * num_generations) / sft_completions))
}

function sampling({ config, leader, signal }: TracesContext): Parameters<typeof sampleRollouts>[1] {
  const { seed, sft_temperature: temperature, max_completion_length: maxTokens } = config
  return {
    leader,
    idOf: ({ prompt }) => `sft/${prompt.task.id}`,
    options: { maxTokens, temperature, seed, ...(signal && { signal }) },
  }
}
