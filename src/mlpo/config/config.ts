/**
 * A run's configuration: reading it from outside, its defaults, and what differs between two. Reading refuses
 * rather than repairs, and lists everything that is wrong at once.
 */
import { nearestName } from '../../common/nearest.ts'
import { promptStyleName } from '../prompts.ts'
import { fieldOf, isKey, keys } from './fields.ts'
import type { Settings } from './fields.ts'
import { allowed, refusal } from './read.ts'
import { brokenRules } from './rules.ts'

/** Settings that `parseConfig` accepted. */
export type Config = Settings
export type Key = keyof Config

export interface ConfigProblem {
  /** As given; may be unknown. */
  readonly key: string
  readonly value: unknown
  /** Reads on after the key: "is too small". */
  readonly reason: string
  readonly allowed: string
}

export class ConfigError extends Error {
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(sentence).join('\n'))
    this.name = 'ConfigError'
  }
}

export interface Difference {
  readonly key: Key
  readonly label: string
  readonly from: Config[Key]
  readonly to: Config[Key]
}

/** The configuration with nothing set: the nano team in fixed seats. */
export const defaults: Config = completed({})

/**
 * Reads a partial configuration; what is missing takes its default, which may depend on what is given.
 * @throws ConfigError listing each bad key, unknown ones with the nearest known name.
 */
export function parseConfig(input: unknown): Config {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    const allowed = 'an object of settings'
    throw new ConfigError([{ key: 'config', value: input, reason: 'is not an object', allowed }])
  }
  const problems: ConfigProblem[] = []
  for (const [key, value] of Object.entries(input) as [string, unknown][]) {
    const problem = problemOf(key, value)
    if (problem !== null) problems.push(problem)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  const config = completed(input)
  const broken = brokenRules(config).map((problem) => ({ ...problem, value: config[problem.key] }))
  if (broken.length > 0) throw new ConfigError(broken)
  return config
}

/**
 * The configuration with one setting changed, as a form does it: a default that depends on the changed setting moves
 * with it, unless it had been changed itself. The result is not checked; give it to `parseConfig`.
 */
export function withSetting<K extends Key>(config: Config, key: K, value: Config[K]): Config {
  const changed = { ...config, [key]: value }
  const moved = keys
    .filter((other) => other !== key && same(config[other], defaultOf(other, config)))
    .map((other) => [other, defaultOf(other, changed)] as const)
  return { ...changed, ...Object.fromEntries(moved) }
}

/** The default of a setting, given the others. */
export function defaultOf(key: Key, given: Readonly<Partial<Record<Key, unknown>>>): Config[Key] {
  const field = fieldOf(key)
  if (field.kind !== 'number' || field.defaultWhen === undefined) return field.default
  const { key: on, is } = field.defaultWhen
  if (!isKey(on)) return field.default
  const value = given[on] ?? fieldOf(on).default
  if (typeof value !== 'string') return field.default
  const choice = on === 'leader' ? promptStyleName(value) : value
  return Object.hasOwn(is, choice) ? (is[choice] ?? null) : field.default
}

/**
 * What of a configuration is not a default: `parseConfig` makes the whole of it again, and a setting that is changed
 * beside it moves the defaults that follow from it.
 */
export function ownSettings(config: Config): Partial<Config> {
  const own = keys.filter((key) => !same(config[key], defaultOf(key, config)))
  return Object.fromEntries(own.map((key) => [key, config[key]]))
}

/** Settings in which the two differ, in the order of the forms. */
export function differences(from: Config, to: Config): readonly Difference[] {
  return keys
    .filter((key) => !same(from[key], to[key]))
    .map((key) => ({ key, label: fieldOf(key).label, from: from[key], to: to[key] }))
}

function completed(given: object): Config {
  const entries = keys.map((key) => {
    const own: unknown = Object.hasOwn(given, key) ? given[key as keyof typeof given] : undefined
    return [key, own === undefined ? defaultOf(key, given) : own]
  })
  return Object.fromEntries(entries) as Config
}

function problemOf(key: string, value: unknown): ConfigProblem | null {
  if (!isKey(key)) {
    const nearest = nearestName(key.toLowerCase().replaceAll('-', '_'), keys)
    return { key, value, reason: 'is not a setting', allowed: `did you mean ${nearest}?` }
  }
  const field = fieldOf(key)
  const reason = value === undefined ? null : refusal(field, value)
  return reason === null ? null : { key, value, reason, allowed: allowed(field) }
}

function sentence({ key, value, reason, allowed }: ConfigProblem): string {
  return `${key} (${JSON.stringify(value)}) ${reason}; allowed: ${allowed}`
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
