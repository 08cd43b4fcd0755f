/**
 * BIG-Bench Hard: 27 tasks, one file each, rows of `input` and `target`. What kind of answer a task wants is detected
 * from its targets and options, not from its name, so that a new task of the same shape is read as well.
 */
import { normaliseBoolean } from '../../answers/boolean.ts'
import { normaliseNumber } from '../../answers/number.ts'
import type { AnswerType } from '../../task.ts'
import { noText, readings, slug, textIn, type Draft, type Format } from '../format.ts'

export const bbh: Format = {
  name: 'bbh',
  label: 'BIG-Bench Hard',
  fits: ({ columns }) => columns.includes('input') && columns.includes('target') && columns.length <= 3,
  read(table, title) {
    const examples = table.rows.map((row) => ({
      input: textIn(row, 'input') ?? '',
      target: textIn(row, 'target') ?? '',
    }))
    const type = answerTypeOf(examples)
    return readings(table, (row) => {
      const input = textIn(row, 'input')
      const target = textIn(row, 'target')
      if (input === null) return noText('input')
      if (target === null) return `${noText('target')}: there is no gold answer`
      return draftOf({ input, target }, { type, family: `bbh_${slug(title)}` })
    })
  },
}

interface Example {
  readonly input: string
  readonly target: string
}

function draftOf(
  { input, target }: Example,
  { type, family }: { readonly type: AnswerType; readonly family: string },
): Draft {
  const { stem, choices } = optionsOf(input)
  const shown = type === 'choice' || (type === 'text' && choices.length > 0)
  return {
    ...{ question: input.trim(), stem, answer: target.trim(), answer_type: type, family, domain: 'logic' },
    ...(shown && { choices }),
  }
}

/** Options stand at the end, one per line: "(A) text", or "- text" where the text itself is the answer. */
export function optionsOf(input: string): { readonly stem: string; readonly choices: readonly string[] } {
  const [, stem, list] = /^(.*?)\n\s*Options:\s*\n(.*)$/s.exec(input) ?? []
  if (stem === undefined || list === undefined) return { stem: input, choices: [] }
  const lines = list.split('\n').filter((line) => line.trim() !== '')
  const choices = lines.map((line) => line.replace(/^\s*(?:\([A-Z]\)|-)\s*/, '').trim())
  return { stem, choices }
}

/** A file has one type; a few odd targets (three of 6,511 are no option) do not change it. */
function answerTypeOf(examples: readonly Example[]): AnswerType {
  const most = (fits: (example: Example) => boolean) => examples.filter(fits).length > 0.9 * examples.length
  if (most(({ target }) => /^\([A-Z]\)$/.test(target.trim()))) return 'choice'
  if (most(({ target }) => normaliseBoolean(target) !== null)) return 'boolean'
  if (most(({ target }) => normaliseNumber(target) !== null)) return 'number'
  return most(isSorting) ? 'list' : 'text'
}

/** Two words or more, all of which stand in the question. */
function isSorting({ input, target }: Example): boolean {
  const asked = new Set(input.toLowerCase().split(/[\s,]+/))
  const words = target.toLowerCase().split(/\s+/)
  return words.length > 1 && words.every((word) => /\p{L}/u.test(word) && asked.has(word))
}
