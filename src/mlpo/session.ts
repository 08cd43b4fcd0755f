/**
 * Training a leader, the one loop: a generator over stages, evaluations and step ends; where there are traces to learn
 * from, they come first. Whoever pulls it drives it; it owns no timer and no thread (architecture, "the session").
 */
import type { Engine } from '../engine/engine.ts'
import { BatchOrder, type ProposalSource } from './batches.ts'
import type { Config } from './config/config.ts'
import { checkQuestions } from './left-out-questions.ts'
import { Revisions, type RevisionLeader } from './proposal-revisions.ts'
import type { PromptStyle } from './prompts.ts'
import type { QuestionSet } from './question-set.ts'
import { customScorer, type CustomRewards } from './rewards/custom.ts'
import { resolvedCorrection, type Samplers } from './sampler-correction.ts'
import type { SessionState } from './session-state.ts'
import { runSft } from './sft.ts'
import { freshSft, type SftStage } from './sft-stages.ts'
import type { Evaluation, Metrics, Progress, Stage } from './stages.ts'
import { runStep, type StepContext } from './step.ts'
import type { Team } from './team.ts'
import type { Trainer } from './trainer/trainer.ts'

export type SessionEvent =
  /** Phase 1. After `sft-traces` and `sft-update` the state is new: save it. */
  | { readonly type: 'sft'; readonly stage: SftStage }
  | { readonly type: 'stage'; readonly stage: Stage }
  | { readonly type: 'evaluation'; readonly evaluation: Evaluation }
  | { readonly type: 'step-end'; readonly step: number; readonly metrics: Metrics }

export interface SessionOptions {
  readonly config: Config
  readonly leader: Engine
  /** Built from the same state as the session, where there is one. The session does not dispose of it. */
  readonly trainer: Trainer
  readonly proposals: ProposalSource
  /** Write the later rounds of proposals, where there are any. */
  readonly peers: Team['peers']
  /** For `rollout_correction: auto`. */
  readonly samplers?: Samplers
  /** Needed where `custom_rewards` names any. Their code may be corrected between two sessions of a run. */
  readonly rewards?: CustomRewards
  /** Where `proposals` are of somebody's own questions: saved with the run. */
  readonly questions?: QuestionSet | null
  /** The leader's wording. */
  readonly style: PromptStyle
  /** Evaluates the leader as it is after `step` steps; null = no evaluations. One value per decoding. */
  readonly evaluate: ((step: number) => Promise<readonly Evaluation[]>) | null
  /** Milliseconds, from any origin: the session has no clock of its own. */
  readonly now: () => number
  /** Ends the session: the pull in progress throws its reason, and `state()` stays that of the last finished step. */
  readonly signal?: AbortSignal
  /** Work within a stage, as it goes on. */
  readonly onProgress?: (progress: Progress) => void
  /** Goes on from here. */
  readonly state?: SessionState
}

export interface Session {
  /** One generator for the session's life: each pull does the work up to the next event, and no more. */
  readonly events: AsyncGenerator<SessionEvent, void, void>
  /** As of the last finished step (in phase 1: chunk of traces, or update), whatever is going on since; cheap. */
  state(): SessionState
}

/** A saved run that these options do not continue. */
export class ResumeError extends Error {
  override readonly name = 'ResumeError'
  constructor(
    readonly what: string,
    readonly saved: string,
    readonly given: string,
  ) {
    super(
      `The saved run cannot go on: its ${what} is ${saved}, but ${given} was given. Load what it was saved with, or ` +
        `start a new run.`,
    )
  }
}

/** @throws ResumeError, QuestionsLeftOutError, TrainingDataError, RewardCodeError */
export function createSession(options: SessionOptions): Session {
  const { config, proposals, trainer } = options
  if (options.state !== undefined) checkContinues(options.state, options)
  const rollout_correction = resolvedCorrection(config.rollout_correction, options.samplers ?? 'one engine')
  const revisions = new Revisions(options)
  const context: StepContext = {
    ...options,
    config: { ...config, rollout_correction },
    scoreCustom: customScorer(config, options.rewards ?? null),
    order: new BatchOrder(proposals, config, (...given) => revisions.revise(...given)),
  }
  const rewards = options.rewards?.codes ?? []
  const questions = options.questions ?? null
  let state: SessionState = (options.state && {
    ...options.state,
    config,
    rewards,
    questions,
    leftOut: null,
    dataId: proposals.id,
  }) ?? {
    config,
    rewards,
    questions,
    leftOut: null,
    dataId: proposals.id,
    sft: config.sft === 'off' ? null : freshSft,
    step: 0,
    cursor: 0,
    evaluatedAt: null,
    revisedOn: null,
    history: [],
    evaluations: [],
    trainer: trainer.state(),
  }

  async function* tracesFirst(): AsyncGenerator<SessionEvent, void, void> {
    if (state.sft === null || state.sft.phase === 'done') return
    let sft = state.sft
    for await (const turn of runSft(options, sft)) {
      sft = turn.state
      state = { ...state, sft, trainer: trainer.state() }
      yield { type: 'sft', stage: turn.stage }
    }
    trainer.restart()
    state = { ...state, sft: { ...sft, phase: 'done' }, trainer: trainer.state() }
    await options.leader.setAdapter(trainer.adapter())
  }

  async function* evaluateIfDue(): AsyncGenerator<SessionEvent, void, void> {
    if (options.evaluate === null || !isEvaluationDue(state)) return
    const evaluations = await options.evaluate(state.step)
    state = { ...state, evaluatedAt: state.step, evaluations: [...state.evaluations, ...evaluations] }
    for (const evaluation of evaluations) yield { type: 'evaluation', evaluation }
  }

  async function* oneStep(): AsyncGenerator<SessionEvent, void, void> {
    const step = state.step + 1
    const tokensBefore = state.history.at(-1)?.metrics['num_tokens'] ?? 0
    const revisedOn = leaderToReviseOn(state)
    revisions.follow(revisedOn ?? { step: 0, adapter: state.trainer.start })
    const stages = runStep(context, { step, cursor: state.cursor, tokensBefore })
    let pulled = await stages.next()
    for (; !pulled.done; pulled = await stages.next()) yield { type: 'stage', stage: pulled.value }
    const { metrics, cursor } = pulled.value
    const history = [...state.history, { step, metrics }]
    state = { ...state, step, cursor, revisedOn, history, trainer: trainer.state() }
    yield { type: 'step-end', step, metrics }
  }

  async function* events(): AsyncGenerator<SessionEvent, void, void> {
    await options.leader.setAdapter(trainer.adapter())
    yield* tracesFirst()
    yield* evaluateIfDue()
    while (state.step < config.max_steps) {
      options.signal?.throwIfAborted()
      yield* oneStep()
      yield* evaluateIfDue()
    }
  }

  return { events: events(), state: () => state }
}

/** Before the first step (after any traces), every `eval_every` steps, and after the last step; with 0 only then. */
function isEvaluationDue({ config: { eval_every, max_steps }, step, evaluatedAt }: SessionState): boolean {
  if (evaluatedAt === step) return false
  return step === max_steps || (eval_every > 0 && step % eval_every === 0)
}

/** As of `refresh_proposals`; null while it is the leader that phase 2 began with. */
function leaderToReviseOn({ config, step, trainer, revisedOn }: SessionState): RevisionLeader | null {
  const { refresh_proposals: every } = config
  return every !== null && step > 0 && step % every === 0 ? { step, adapter: trainer.adapter } : revisedOn
}

/** Same questions and settings; the number of steps may grow, and what does not touch training may change. */
function checkContinues(
  state: SessionState,
  { config, proposals, trainer, questions }: SessionOptions,
): void {
  if (state.leftOut !== null) checkQuestions(state.leftOut, questions ?? null, state.config)
  const changed = Object.entries(state.config).filter(
    ([key, value]) =>
      !mayChange.has(key) && JSON.stringify(value) !== JSON.stringify(config[key as keyof Config]),
  )
  const [first] = changed
  if (first !== undefined) {
    const [key, value] = first
    throw new ResumeError(key, JSON.stringify(value), JSON.stringify(config[key as keyof Config]))
  }
  if (state.dataId !== null && state.dataId !== proposals.id)
    throw new ResumeError('set of questions', state.dataId, proposals.id)
  const updates = trainer.state().updates
  if (updates !== state.trainer.updates)
    throw new ResumeError('trainer', `after ${state.trainer.updates} updates`, `one after ${updates}`)
}

const mayChange: ReadonlySet<string> = new Set([
  'max_steps',
  'rounds',
  'eval_every',
  'eval_size',
  'eval_rounds',
  'eval_decoding',
  'custom_reward_timeout',
])
