/**
 * The third contrast (MLPO §5): the leader of GRPO alone may spend on every question what MLPO's whole team spent on it,
 * in tokens with prompts, and votes with itself.
 */
import { teamBudgets, votesAlone } from './answering.ts'
import { grpo, grpoWithTraces } from './grpo.ts'
import type { Method } from './method.ts'
import { mlpo, mlpoWithoutTraces } from './mlpo.ts'

function vote(of: Method, as: Method): Method {
  return {
    name: `${of.name}-vote`,
    label: `${of.label}, self-consistency`,
    description: `The leader of ${of.label} votes with itself, at the tokens that ${as.label} and its team take.`,
    needs: [as.name, of.name],
    plan: null,
    adapterOf: of.name,
    answer: (exam) => votesAlone(exam, teamBudgets(exam, as.name)),
  }
}

export const grpoVote = vote(grpo, mlpoWithoutTraces)
export const grpoWithTracesVote = vote(grpoWithTraces, mlpo)
