/**
 * From a team to a session: questions, proposals on demand, evaluations on the dev split, and, where there is a saved
 * state, going on from it.
 */
import type { Config } from '../mlpo/config/config.ts'
import { createEvaluator, decodingsOf } from '../mlpo/evaluate.ts'
import type { ProposalStore } from '../mlpo/proposal-file.ts'
import { createProposalSet } from '../mlpo/proposals.ts'
import { questionsToKeep, type QuestionSet } from '../mlpo/question-set.ts'
import { heldOutQuestions, trainingQuestions } from '../mlpo/questions.ts'
import { createSession, type Session } from '../mlpo/session.ts'
import type { CustomRewards } from '../mlpo/rewards/custom.ts'
import type { Samplers } from '../mlpo/sampler-correction.ts'
import type { SessionState } from '../mlpo/session-state.ts'
import type { Evaluation, Progress } from '../mlpo/stages.ts'
import type { Team } from '../mlpo/team.ts'
import type { Trainer } from '../mlpo/trainer/trainer.ts'

export interface SetupInput {
  readonly config: Config
  readonly team: Team
  readonly trainer: Trainer
  readonly proposals: ProposalStore
  readonly samplers: Samplers
  /** Somebody's own; null = generated. */
  readonly questions: QuestionSet | null
  /** null where the configuration has none of its own. */
  readonly rewards: CustomRewards | null
  readonly state: SessionState | null
  /** Milliseconds, from any origin. */
  readonly now: () => number
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** @throws ResumeError, TrainingDataError */
export function setUpSession(input: SetupInput): Session {
  const { config, team, trainer, state, samplers, rewards, now, signal, onProgress } = input
  const questions = input.questions && questionsToKeep(input.questions, config)
  return createSession({
    config,
    leader: team.leader,
    trainer,
    proposals: createProposalSet({
      tasks: questions?.train.slice(0, config.task_count) ?? trainingQuestions(config),
      peers: team.peers,
      settings: config,
      store: input.proposals,
    }),
    peers: team.peers,
    style: team.style,
    samplers,
    evaluate: evaluation(input),
    questions,
    now,
    signal,
    onProgress,
    ...(rewards && { rewards }),
    ...(state && { state }),
  })
}

/** Held-out questions are drawn at the first evaluation. */
function evaluation({ config, team, questions, signal, onProgress }: SetupInput) {
  let evaluator: ReturnType<typeof createEvaluator> | null = null
  return async (step: number): Promise<Evaluation[]> => {
    const count = config.eval_size
    const tasks = () => questions?.dev.slice(0, count) ?? heldOutQuestions(config, { split: 'dev', count })
    evaluator ??= createEvaluator({ team, tasks: tasks(), settings: config })
    const evaluations: Evaluation[] = []
    for (const decoding of decodingsOf(config))
      evaluations.push((await evaluator.evaluate({ step, decoding, signal, onProgress })).evaluation)
    return evaluations
  }
}
