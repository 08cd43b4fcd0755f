/** The untrained leader alone votes with itself, at the tokens that it and its team take (MLPO §5). */
import { teamBudgets, votesAlone } from './answering.ts'
import type { Method } from './method.ts'
import { untrained } from './untrained.ts'

export const selfConsistency: Method = {
  name: 'self-consistency',
  label: 'Self-consistency',
  description: 'The untrained leader votes with itself, at the tokens that it and its team take.',
  needs: [untrained.name],
  plan: null,
  answer: (exam) => votesAlone(exam, teamBudgets(exam, untrained.name)),
}
