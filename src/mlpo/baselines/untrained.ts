/** The leader as it is: where every training starts, and the budget of what is not trained. */
import { leaderLines } from './answering.ts'
import type { Method } from './method.ts'

export const untrained: Method = {
  name: 'untrained',
  label: 'Untrained leader',
  description: 'The leader as it is, with its team and alone.',
  needs: [],
  plan: null,
  answer: leaderLines,
}
