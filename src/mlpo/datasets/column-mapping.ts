/**
 * Which column is what in a table of somebody's own. Names are guessed from what data sets commonly call them; a
 * given mapping wins. Dots lead into nested columns (`choices.text`), plus signs join columns (`A+B+C+D`).
 */

export const mappable = ['question', 'answer', 'choices', 'id', 'family', 'domain', 'answer_type'] as const
export type Mappable = (typeof mappable)[number]
export type ColumnMapping = Readonly<Partial<Record<Mappable, string>>>

/** A mapping that cannot be used; the message says which columns there are. */
export class ColumnMappingError extends Error {
  override readonly name = 'ColumnMappingError'
}

const commonNames: Readonly<Record<Mappable, readonly string[]>> = {
  question: ['question', 'problem', 'prompt', 'query', 'input', 'instruction', 'text'],
  answer: ['answer', 'target', 'gold', 'label', 'answerkey', 'expected', 'output', 'response', 'solution'],
  choices: ['choices', 'options'],
  id: ['id', 'unique_id', 'uid'],
  family: ['family', 'subject', 'category', 'task'],
  domain: ['domain'],
  answer_type: ['answer_type'],
}

/** What the names of the columns suggest; parts that none suggests are missing. */
export function guessMapping(columns: readonly string[]): ColumnMapping {
  const taken = (name: string) => columns.find((column) => column.toLowerCase() === name)
  const entries = mappable.flatMap((part) => {
    const found = commonNames[part].map(taken).find((column) => column !== undefined)
    return found === undefined ? [] : [[part, found] as const]
  })
  const options = optionColumns(columns)
  const guessed: ColumnMapping = Object.fromEntries(entries)
  return guessed.choices === undefined && options.length >= 2
    ? { ...guessed, choices: options.join('+') }
    : guessed
}

/** "question=Q,answer=A". @throws ColumnMappingError */
export function parseMapping(text: string): ColumnMapping {
  const entries = text.split(',').map((pair) => {
    const [part = '', ...column] = pair.split('=').map((side) => side.trim())
    const known = mappable.find((name) => name === part)
    if (known === undefined || column.join('=') === '')
      throw new ColumnMappingError(
        `"${pair}" maps no column. Write pairs such as question=Q,answer=A; the left side is one of ${mappable.join(', ')}.`,
      )
    return [known, column.join('=')] as const
  })
  return Object.fromEntries(entries)
}

/** A guess, overruled by what is given; question and answer must be there. @throws ColumnMappingError */
export function resolveMapping(
  columns: readonly string[],
  given: ColumnMapping = {},
): ColumnMapping & Readonly<Record<'question' | 'answer', string>> {
  const there = `Its columns are ${columns.length === 0 ? 'none' : columns.join(', ')}.`
  for (const [part, path] of Object.entries(given))
    for (const column of path.split('+'))
      if (!columns.includes(column) && !columns.includes(column.split('.')[0] ?? ''))
        throw new ColumnMappingError(`There is no column "${column}" for ${part}. ${there}`)
  const { question, answer, ...rest } = { ...guessMapping(columns), ...given }
  if (question === undefined || answer === undefined)
    throw new ColumnMappingError(
      `No column is known to hold the ${question === undefined ? 'question' : 'answer'}. ${there} ` +
        'Say which one does, such as question=NAME,answer=NAME.',
    )
  return { ...rest, question, answer }
}

/** The value at a path; joined columns give a list. */
export function valueAt(values: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(values, path)) return values[path]
  if (path.includes('+')) return path.split('+').map((part) => valueAt(values, part))
  return path.split('.').reduce<unknown>(inside, values)
}

function inside(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
}

/** A, B, C, … or option_a, option_b, … as far as they go on. */
function optionColumns(columns: readonly string[]): string[] {
  for (const prefix of ['', 'option_', 'option', 'choice_']) {
    const found: string[] = []
    for (const letter of 'abcdefghij') {
      const column = columns.find((name) => name.toLowerCase() === `${prefix}${letter}`)
      if (column === undefined) break
      found.push(column)
    }
    if (found.length >= 2) return found
  }
  return []
}
