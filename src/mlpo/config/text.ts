/**
 * Settings as text, for the URL and the command line: `--num-generations 8`, `--peers a,b`, `--easy-threshold null`.
 * Only turns text into a value; whether the value is allowed is for `parseConfig`.
 */
import type { Field } from './field.ts'
import { fieldOf, keys } from './fields.ts'
import type { Settings, Key } from './fields.ts'
import { allowed } from './read.ts'

export interface CliFlag {
  /** `--num-generations` */
  readonly flag: string
  readonly key: Key
  readonly help: string
  readonly allowed: string
  readonly default: string
}

/** One flag per setting; the name is the key in kebab-case. */
export const cliFlags: readonly CliFlag[] = keys.map((key) => {
  const field = fieldOf(key)
  return {
    flag: `--${key.replaceAll('_', '-')}`,
    key,
    help: field.help,
    allowed: allowed(field),
    default: defaultText(field),
  }
})

/** "0.28; 5 with the loss cispo". */
export function defaultText(field: Field): string {
  const always = settingToText(field.default)
  if (field.kind !== 'number' || field.defaultWhen === undefined) return always
  const { is, said } = field.defaultWhen
  return `${always}; ${Object.values(is).map(String).join(' or ')} ${said}`
}

/** The value that the text stands for; text that fits no value stays text, for `parseConfig` to refuse. */
export function settingFromText(key: Key, text: string): unknown {
  const field = fieldOf(key)
  switch (field.kind) {
    case 'number':
      return field.nullable && (text === 'null' || text === '') ? null : numberOr(text)
    case 'toggle':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'choice':
    case 'text':
      return text
    case 'many':
    case 'texts':
      return parts(text)
    case 'numbers':
      return parts(text).map(numberOr)
  }
}

/** The inverse of `settingFromText`; entries of lists are joined by commas. */
export function settingToText(value: Settings[Key]): string {
  return Array.isArray(value) ? value.join(',') : String(value)
}

function parts(text: string): string[] {
  return text === '' ? [] : text.split(',').map((part) => part.trim())
}

function numberOr(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}
