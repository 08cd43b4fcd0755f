/** GSM8K: `question`, and an `answer` whose working ends with the gold number after "####". */
import { noText, readings, textIn, type Format } from '../format.ts'

/** Questions of this family are scored in two ways, strict-match and flexible-extract (`answers/flexible.ts`). */
export const gsm8kFamily = 'gsm8k'

const mark = '####'

export const gsm8k: Format = {
  name: 'gsm8k',
  label: 'GSM8K',
  fits: ({ columns, rows }) =>
    columns.includes('question') &&
    columns.includes('answer') &&
    rows.some((row) => textIn(row, 'answer')?.includes(mark)),
  read: (table) =>
    readings(table, (row) => {
      const question = textIn(row, 'question')
      const working = textIn(row, 'answer')
      if (question === null) return noText('question')
      if (working === null) return `${noText('answer')}: there is no gold answer`
      const at = working.lastIndexOf(mark)
      if (at < 0) return `has no "${mark}" in column "answer": there is no gold answer`
      return {
        ...{ question: question.trim(), stem: question, answer: working.slice(at + mark.length).trim() },
        ...{ answer_type: 'number', family: gsm8kFamily, domain: 'math' },
      }
    }),
}
