/**
 * A declared grid of runs (MLPO §5, "Ablations"): every combination of the values, with every seed. Reads the file that
 * declares it; every key and value is checked before anything runs, and all problems are listed at once.
 */
import { nearestName } from '../common/nearest.ts'
import { hashText } from '../common/hash.ts'
import { ConfigError, ownSettings, parseConfig, type Config } from './config/config.ts'
import { isKey, keys } from './config/fields.ts'
import { presetNamed, presets } from './config/presets.ts'

export interface SweepCell {
  /** What the grid sets here, in its order. */
  readonly settings: Readonly<Record<string, unknown>>
  /** "beta 0.1, rounds 2". */
  readonly label: string
  /** A name for files: the same for the same settings. */
  readonly id: string
  /** Without a seed of its own. */
  readonly config: Config
}

export interface Sweep {
  readonly name: string
  readonly seeds: readonly number[]
  readonly cells: readonly SweepCell[]
}

/** The file does not declare a sweep. */
export class SweepFileError extends Error {
  override readonly name = 'SweepFileError'
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '))
  }
}

const known = ['name', 'preset', 'settings', 'grid', 'seeds', 'steps', 'size'] as const
const mostSeeds = 100
const mostCells = 500

/** @throws SweepFileError */
export function parseSweep(text: string): Sweep {
  const file = objectOf(text)
  const problems: string[] = []
  for (const key of Object.keys(file))
    if (!known.some((name) => name === key))
      problems.push(`"${key}" is not expected; did you mean "${nearestName(key, known)}"?`)
  const name = nameOf(file['name'], problems)
  const seeds = seedsOf(file['seeds'] ?? 1, problems)
  const base = baseOf(file, problems)
  const grid = gridOf(file['grid'], problems)
  if (problems.length > 0) throw new SweepFileError(problems)
  return { name, seeds, cells: cellsOf(base, grid) }
}

function objectOf(text: string): Record<string, unknown> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new SweepFileError(['it is not JSON'])
  }
  const object = recordOf(json)
  if (object === null)
    throw new SweepFileError([
      'it is not an object such as {"name": "beta", "preset": "nano", "grid": {"beta": [0, 0.1]}, "seeds": 3}',
    ])
  return object
}

function recordOf(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null
}

function nameOf(value: unknown, problems: string[]): string {
  if (typeof value === 'string' && /^[\w-]{1,60}$/.test(value)) return value
  problems.push('"name" must be a word of letters, digits, - and _')
  return ''
}

function seedsOf(value: unknown, problems: string[]): number[] {
  if (isWhole(value, 1, mostSeeds)) return Array.from({ length: value }, (_, i) => i + 1)
  if (Array.isArray(value) && value.length > 0) {
    const seeds = value.filter((seed): seed is number => isWhole(seed, 0, 2 ** 31 - 1))
    if (seeds.length === value.length) return [...new Set(seeds)]
  }
  problems.push(`"seeds" must be a number of seeds from 1 to ${mostSeeds}, or a list of seeds`)
  return []
}

/** Settings that are the same everywhere, as given. */
function baseOf(file: Record<string, unknown>, problems: string[]): Record<string, unknown> {
  const preset = typeof file['preset'] === 'string' ? presetNamed(file['preset']) : undefined
  if (preset === undefined)
    problems.push(
      `"preset" must be one of ${presets.flatMap(({ name, aliases }) => [name, ...aliases]).join(', ')}`,
    )
  const own = file['settings'] === undefined ? {} : recordOf(file['settings'])
  if (own === null) problems.push('"settings" must be an object of settings, such as {"beta": 0.1}')
  for (const key of Object.keys(own ?? {})) checkKey(key, { where: 'settings', problems })
  const start = preset === undefined ? {} : ownSettings(preset.config)
  return {
    ...start,
    ...own,
    ...(file['steps'] !== undefined && { max_steps: file['steps'] }),
    ...(file['size'] !== undefined && { eval_size: file['size'] }),
  }
}

function gridOf(value: unknown, problems: string[]): [string, readonly unknown[]][] {
  const grid = recordOf(value)
  if (grid === null || Object.keys(grid).length === 0) {
    problems.push('"grid" must be an object of settings with lists of values, such as {"beta": [0, 0.1]}')
    return []
  }
  return Object.entries(grid).flatMap(([key, values]): [string, readonly unknown[]][] => {
    checkKey(key, { where: 'grid', problems })
    const texts = Array.isArray(values) ? values.map((each) => JSON.stringify(each)) : []
    if (Array.isArray(values) && values.length > 0 && new Set(texts).size === values.length)
      return [[key, values as readonly unknown[]]]
    problems.push(`"grid": ${key} must be a list of different values`)
    return []
  })
}

function checkKey(
  key: string,
  { where, problems }: { readonly where: string; readonly problems: string[] },
): void {
  if (key === 'seed') problems.push(`"${where}": give "seeds", not seed`)
  else if (!isKey(key))
    problems.push(`"${where}": ${key} is not a setting; did you mean ${nearestName(key, keys)}?`)
}

/** The last setting changes fastest. @throws SweepFileError */
function cellsOf(
  base: Record<string, unknown>,
  grid: readonly (readonly [string, readonly unknown[]])[],
): SweepCell[] {
  const count = grid.reduce((all, [, values]) => all * values.length, 1)
  if (count > mostCells)
    throw new SweepFileError([`"grid" has ${count} combinations; at most ${mostCells} are run`])
  const combinations = grid.reduce<Record<string, unknown>[]>(
    (all, [key, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  )
  return combinations.map((settings): SweepCell => {
    const texts = Object.entries(settings).map(([key, value]) => [key, valueText(value)] as const)
    const label = texts.map(([key, value]) => `${key} ${value}`).join(', ')
    const readable = texts.map(([key, value]) => `${key}-${value}`).join('_')
    const hash = hashText(JSON.stringify(settings)).toString(16).padStart(8, '0')
    try {
      const id = `${readable.replace(/[^\w.-]+/g, '-').slice(0, 80)}-${hash}`
      return { settings, label, id, config: parseConfig({ ...base, ...settings }) }
    } catch (error) {
      if (error instanceof ConfigError) throw new SweepFileError([`with ${label}: ${error.message}`])
      throw error
    }
  })
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : Array.isArray(value) ? value.join('+') : JSON.stringify(value)
}

function isWhole(value: unknown, min: number, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
}
