/**
 * MATH: `problem`, and a `solution` whose last \boxed{…} is the gold answer, in LaTeX; some copies have it as `answer`
 * too. `type` (or `subject`) names the field and becomes the family.
 */
import { lastBoxed } from '../../answers/boxed.ts'
import { noText, readings, slug, textIn, type Format } from '../format.ts'
import type { Row } from '../rows.ts'

export const math: Format = {
  name: 'math',
  label: 'MATH',
  fits: ({ columns, rows }) =>
    columns.includes('problem') &&
    rows.some((row) => textIn(row, 'solution')?.includes('\\boxed') || textIn(row, 'answer') !== null),
  read: (table) =>
    readings(table, (row) => {
      const question = textIn(row, 'problem')
      if (question === null) return noText('problem')
      const answer = goldOf(row)
      if (answer === null) return 'has no \\boxed{…} in column "solution": there is no gold answer'
      const field = textIn(row, 'type') ?? textIn(row, 'subject')
      return {
        ...{ question: question.trim(), stem: question, answer, answer_type: 'latex', domain: 'math' },
        family: field === null ? 'math' : `math_${slug(field)}`,
      }
    }),
}

function goldOf(row: Row): string | null {
  const given = row.values['answer']
  if (typeof given === 'number') return String(given)
  const boxed = lastBoxed(textIn(row, 'solution') ?? '')
  return textIn(row, 'answer')?.trim() ?? (boxed?.trim() === '' ? null : boxed)
}
