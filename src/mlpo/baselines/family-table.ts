/**
 * Family → peer (MLPO §5): a table of a few rows, fitted on training questions. A leader that has only learnt whom to
 * ask for what is worth as much.
 */
import { familyTable as fitted } from '../evaluation/choosers.ts'
import { chosenLine } from './answering.ts'
import type { Method } from './method.ts'
import { solvedBySeat } from './solved.ts'

export const familyTable: Method = {
  name: 'family-table',
  label: 'Family → peer table',
  description: 'For each family the seat that was right most often on training questions.',
  needs: [],
  plan: null,
  async *answer(exam) {
    const { settings } = exam.bench
    return yield* chosenLine(exam, fitted(solvedBySeat(await exam.train(), settings)))
  },
}
