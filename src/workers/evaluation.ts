/**
 * The whole evaluation, as the leader's worker runs it: batch by batch, each a turn of its own, so that a question or a
 * run that goes on meanwhile waits for one batch at most and finds the adapter that it set.
 */
import type { Adapter } from '../engine/engine.ts'
import type { Config } from '../mlpo/config/config.ts'
import { evaluateFully } from '../mlpo/evaluate-lab.ts'
import { leadersToCompare } from '../mlpo/evaluate-once.ts'
import { generatedQuestions, labQuestions } from '../mlpo/evaluate-questions.ts'
import { generationsOf, type EvaluationPlan } from '../mlpo/evaluation/plans.ts'
import { questionsOf, type QuestionSet } from '../mlpo/question-set.ts'
import type { Team } from '../mlpo/team.ts'
import type { LoadedModel } from './load-model.ts'
import type { LeaderEvent } from './protocol.ts'
import { SharedLeader } from './shared-leader.ts'

export interface EvaluationInput {
  readonly askId: string
  readonly config: Config
  readonly plan: EvaluationPlan
  readonly team: Team
  readonly model: LoadedModel
  /** Whose turns it takes. */
  readonly leader: SharedLeader
  /** null = there is none to compare. */
  readonly trained: Adapter | null
  /** Somebody's own; null = generated ones. */
  readonly questions: QuestionSet | null
  readonly signal: AbortSignal
  readonly now: () => number
  readonly send: (event: LeaderEvent) => void
}

const split = 'dev'

export async function runEvaluation({
  askId,
  leader,
  signal,
  send,
  ...input
}: EvaluationInput): Promise<void> {
  const { config, plan, model, trained, questions, now } = input
  const source = questions === null ? generatedQuestions : questionsOf(questions)
  const guest = new SharedLeader(model.engine)
  const leaders = leadersToCompare(trained)
  const { sizes } = plan
  const about = generationsOf(plan, {
    ...{ peers: config.peers.length, rounds: config.eval_rounds },
    ...{ leaders: leaders.length, permuted: config.permute_seats },
  })
  const work = evaluateFully({
    ...{ config, split, signal, now, ...plan },
    team: { ...input.team, leader: guest },
    questions: (seed) => labQuestions({ ...config, seed }, { split, sizes, source }),
    leaders: () => Promise.resolve(leaders),
    ...{ unseen: null, command: null, trainings: trained === null ? 'none' : 'one' },
    onSeed: (report) => send({ type: 'evaluated', askId, report }),
  })
  send({ type: 'evaluating', askId, label: 'Drawing the questions', generations: 0, about })
  for (;;) {
    const { done, value } = await leader.turn(async () => {
      signal.throwIfAborted()
      return leader.lend(guest, () => work.next())
    })
    if (done) return
    const { label, generations } = value
    send({ type: 'evaluating', askId, label, generations, about: Math.max(about, generations) })
  }
}
