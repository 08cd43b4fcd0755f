/**
 * A word or phrase, without regard to case, spacing, quotes and a final full stop. Where a question names its possible
 * answers ("valid", "invalid"), a sentence that names exactly one of them is that answer. Brackets alone are compared
 * symbol by symbol.
 */
import { clean } from './clean.ts'

export function normaliseText(text: string, choices: readonly string[] = []): string | null {
  const value = clean(clean(text).toLowerCase())
  if (value === '') return null
  if (/^[()[\]{}<>\s]+$/.test(value)) return [...value.replace(/\s/g, '')].join(' ')
  return choices.length === 0 ? value : oneOf(value, choices)
}

/** The one choice that stands in the sentence; "not valid" is the other one of two. Null when none or several do. */
function oneOf(sentence: string, choices: readonly string[]): string | null {
  const named = choices.map((choice) => clean(choice.toLowerCase()))
  if (named.includes(sentence)) return sentence
  const found = named.filter((name) => words(sentence).includes(words(name)))
  const [only] = found
  if (only === undefined || found.length > 1) return null
  if (!words(sentence).includes(` not${words(only)}`)) return only
  return named.length === 2 ? (named.find((name) => name !== only) ?? null) : null
}

/** Set apart by single spaces and with one at either end, so that a word is found as a whole. */
function words(text: string): string {
  return ` ${text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `
}
