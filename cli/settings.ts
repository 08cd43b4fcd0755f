/** From `--preset`, `--config FILE` and setting flags to one checked configuration; later ones override earlier ones. */
import { readFile } from 'node:fs/promises'
import { ownSettings, parseConfig, type Config } from '../src/mlpo/config/config.ts'
import { presetNamed, presets } from '../src/mlpo/config/presets.ts'
import type { Flag, Given } from './flags.ts'
import { InputError } from './io.ts'
import { readError } from './read-error.ts'

export const presetFlag: Flag = {
  name: 'preset',
  value: 'NAME',
  help: `Where the settings start: ${presets.map(({ name, aliases }) => [name, ...aliases].join(' = ')).join(', ')}.`,
  default: 'nano',
}

export const configFlag: Flag = {
  name: 'config',
  value: 'FILE',
  help: 'A JSON object of settings that override the preset.',
}

/** `saved` takes the place of the preset where none is named. @throws InputError, ConfigError */
export async function settingsOf(given: Given, { saved }: { readonly saved?: Config } = {}): Promise<Config> {
  const preset = given.values.get('preset')
  const start = saved !== undefined && preset === undefined ? saved : presetOf(preset ?? 'nano')
  const file = given.values.get('config')
  const fromFile = file === undefined ? {} : await settingsFrom(file)
  return parseConfig({ ...ownSettings(start), ...fromFile, ...Object.fromEntries(given.settings) })
}

function presetOf(name: string): Config {
  const preset = presetNamed(name)
  if (preset !== undefined) return preset.config
  const known = presets.flatMap(({ name, aliases }) => [name, ...aliases])
  throw new InputError(`There is no preset "${name}". Choose from ${known.join(', ')}.`)
}

async function settingsFrom(file: string): Promise<object> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw readError(file, cause)
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new InputError(`${file} is not JSON. Give an object of settings, such as {"max_steps": 60}.`)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new InputError(`${file} is not an object of settings, such as {"max_steps": 60}.`)
  return json
}
