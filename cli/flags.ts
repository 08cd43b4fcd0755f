/**
 * Reading flags: a command declares them, this file refuses what it did not declare and names the nearest one.
 * Settings of the configuration become flags by themselves (`src/mlpo/config/text.ts`), in kebab-case of TRL's names.
 */
import { parseArgs } from 'node:util'
import { nearestName } from '../src/common/nearest.ts'
import { isKey, type Key } from '../src/mlpo/config/fields.ts'
import { cliFlags, settingFromText } from '../src/mlpo/config/text.ts'
import { InputError, UsageError } from './io.ts'

export interface Flag {
  /** Without the two dashes. */
  readonly name: string
  readonly help: string
  /** What stands for the value in help, such as `DIR`; null = a switch. */
  readonly value: string | null
  readonly default?: string
}

export interface FlagSet {
  readonly flags: readonly Flag[]
  /** Other names of settings: `--steps` for `max_steps`. */
  readonly aliases?: Readonly<Record<string, Key>>
  /** Every setting of the configuration is a flag. */
  readonly settings?: 'all' | 'none'
  readonly positionals?: 'any' | 'none'
}

export interface Given {
  /** By flag name. */
  readonly values: ReadonlyMap<string, string>
  readonly switches: ReadonlySet<string>
  /** By key, as a value or as the text that does not fit one. */
  readonly settings: ReadonlyMap<Key, unknown>
  readonly positionals: readonly string[]
}

export const jsonFlag: Flag = { name: 'json', help: 'One JSON object per line on stdout.', value: null }

/** @throws UsageError */
export function readFlags(args: readonly string[], set: FlagSet): Given {
  const switches = new Set(set.flags.filter(({ value }) => value === null).map(({ name }) => name))
  const valued = new Set(namesOf(set).filter((name) => !switches.has(name)))
  const kinds = [...switches, ...valued].map(
    (name) => [name, switches.has(name) ? 'boolean' : 'string'] as const,
  )
  const { tokens, positionals } = parseArgs({
    args: [...args],
    options: Object.fromEntries(kinds.map(([name, type]) => [name, { type }])),
    // What is refused is for this file, which names the nearest flag.
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values = new Map<string, string>()
  const settings = new Map<Key, unknown>()
  const on = new Set<string>()
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    checkOption({ name, rawName, value }, { switches, valued })
    const key = settingOf(name, set)
    if (value === undefined) on.add(name)
    else if (key === null) values.set(name, value)
    else settings.set(key, settingFromText(key, value))
  }
  const [extra] = positionals
  if (extra !== undefined && set.positionals !== 'any')
    throw new UsageError(`"${extra}" is not expected here.`)
  return { values, switches: on, settings, positionals }
}

function checkOption(
  {
    name,
    rawName,
    value,
  }: { readonly name: string; readonly rawName: string; readonly value: string | undefined },
  { switches, valued }: { readonly switches: ReadonlySet<string>; readonly valued: ReadonlySet<string> },
): void {
  if (switches.has(name)) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value.`)
    return
  }
  if (!valued.has(name)) {
    const nearest = nearestName(name, ['help', ...switches, ...valued])
    throw new UsageError(`${rawName} is not a flag. Did you mean --${nearest}?`)
  }
  if (value === undefined || /^--[a-z]/.test(value)) throw new UsageError(`${rawName} needs a value.`)
}

/** A whole number of a flag. @throws InputError */
export function wholeNumber(
  given: Given,
  name: string,
  { min, max, fallback }: { readonly min: number; readonly max: number; readonly fallback: number },
): number {
  const text = given.values.get(name)
  if (text === undefined) return fallback
  const value = Number(text)
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
    throw new InputError(`--${name} ${text}: expected a whole number from ${min} to ${max}.`)
  return value
}

/** One of some names. @throws InputError */
export function oneOf<Option extends string>(
  given: Given,
  name: string,
  { options, fallback }: { readonly options: readonly Option[]; readonly fallback: NoInfer<Option> },
): Option {
  const text = given.values.get(name)
  if (text === undefined) return fallback
  const found = options.find((option) => option === text)
  if (found === undefined) throw new InputError(`--${name} ${text}: expected one of ${options.join(', ')}.`)
  return found
}

/** Token ids such as `1,2,3`. @throws InputError */
export function tokenIds(given: Given, name: string): readonly number[] {
  const text = given.values.get(name)
  if (text === undefined) throw new UsageError(`--${name} is needed, such as --${name} 1,2,3.`)
  return text.split(',').map((part) => {
    const id = Number(part)
    if (part.trim() === '' || !Number.isInteger(id) || id < 0)
      throw new InputError(`--${name} ${text}: "${part}" is not a token id.`)
    return id
  })
}

function settingOf(name: string, set: FlagSet): Key | null {
  const alias = set.aliases?.[name]
  if (alias !== undefined) return alias
  const key = name.replaceAll('-', '_')
  return set.settings === 'all' && isKey(key) && !set.flags.some((flag) => flag.name === name) ? key : null
}

function namesOf(set: FlagSet): string[] {
  const settings = set.settings === 'all' ? cliFlags.map(({ flag }) => flag.slice(2)) : []
  return [...set.flags.map(({ name }) => name), ...Object.keys(set.aliases ?? {}), ...settings]
}
