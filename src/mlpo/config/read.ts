/**
 * Checks one value against its field. Nothing is coerced: a number in quotes is refused, so that what a run says it
 * used is what it used. Text from the URL and the command line becomes a value in `text.ts` first.
 */
import type { Field } from './field.ts'

/** What the field accepts, in words: "a whole number from 2 to 64". */
export function allowed(field: Field): string {
  switch (field.kind) {
    case 'number':
      return `${field.whole ? 'a whole number' : 'a number'} ${range(field)}${field.nullable ? ', or null for off' : ''}`
    case 'toggle':
      return 'true or false'
    case 'choice':
      return `one of ${Object.keys(field.options).join(', ')}`
    case 'many':
      return `a list, without repetition, of ${Object.keys(field.options).join(', ')}${atLeast(field.minItems)}`
    case 'text':
      return 'a text that is not empty'
    case 'texts':
      return `a list of ${field.minItems} to ${field.maxItems} texts`
    case 'numbers':
      return `a list of numbers ${range(field)}`
  }
}

/** Why the value is refused, or null when the field accepts it. */
export function refusal(field: Field, value: unknown): string | null {
  switch (field.kind) {
    case 'number':
      return value === null && field.nullable ? null : refusedNumber(field, value)
    case 'toggle':
      return typeof value === 'boolean' ? null : 'is not true or false'
    case 'choice':
      return typeof value === 'string' && Object.hasOwn(field.options, value) ? null : 'is not an option'
    case 'many':
      return refusedMany(value, { options: field.options, minItems: field.minItems })
    case 'text':
      return typeof value === 'string' && value.trim() !== '' ? null : 'is not a text'
    case 'texts':
      return refusedTexts(value, field)
    case 'numbers':
      return Array.isArray(value)
        ? (value.map((entry) => refusedNumber(field, entry)).find((reason) => reason !== null) ?? null)
        : 'is not a list'
  }
}

interface Range {
  readonly min: number
  readonly max: number
  readonly above?: boolean
  readonly below?: boolean
  readonly whole?: boolean
  readonly because?: string
}

function refusedNumber(
  { min, max, above = false, below = false, whole = false, because }: Range,
  value: unknown,
) {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'is not a number'
  if (whole && !Number.isInteger(value)) return 'is not a whole number'
  const why = because === undefined ? '' : `: ${because}`
  if (value < min || (above && value === min)) return `is too small${why}`
  return value > max || (below && value === max) ? `is too large${why}` : null
}

function refusedMany(
  value: unknown,
  { options, minItems }: { options: Readonly<Record<string, string>>; minItems: number },
): string | null {
  if (!Array.isArray(value)) return 'is not a list'
  const entries: readonly unknown[] = value
  const stranger = entries.find((entry) => typeof entry !== 'string' || !Object.hasOwn(options, entry))
  if (stranger !== undefined) return `holds ${JSON.stringify(stranger)}, which is not an option`
  if (new Set(entries).size < entries.length) return 'repeats an entry'
  return entries.length < minItems ? 'is empty' : null
}

function refusedTexts(value: unknown, { minItems, maxItems }: { minItems: number; maxItems: number }) {
  if (!Array.isArray(value)) return 'is not a list'
  const entries: readonly unknown[] = value
  if (entries.some((entry) => typeof entry !== 'string' || entry.trim() === '')) return 'holds an empty entry'
  return entries.length < minItems || entries.length > maxItems ? `has ${entries.length} entries` : null
}

function range({ min, max, above = false, below = false }: Range): string {
  if (below) return `${above ? 'above' : 'from'} ${min} to below ${max}`
  return above ? `above ${min}, up to ${max}` : `from ${min} to ${max}`
}

function atLeast(minItems: number): string {
  return minItems > 0 ? `; at least ${minItems}` : ''
}
