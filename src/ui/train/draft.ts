/**
 * The settings form as a value: what stands in the fields, which may be half typed, and what `parseConfig` says of it.
 * Pure; the form only draws it.
 */
import { ConfigError, defaultOf, parseConfig, withSetting } from '../../mlpo/config/config.ts'
import type { Config, Key } from '../../mlpo/config/config.ts'
import type { Field } from '../../mlpo/config/field.ts'
import { fieldOf } from '../../mlpo/config/fields.ts'
import { settingFromText, settingToText } from '../../mlpo/config/text.ts'

export interface Draft {
  /** The preset that it started from, for reset and "what changed". */
  readonly from: Config
  /** Held as typed, so that "0." stays "0." while somebody goes on typing. */
  readonly texts: Readonly<Partial<Record<Key, string>>>
  /** With the texts put in; may hold values that the check refuses. */
  readonly settings: Config
  /** null while something is refused. */
  readonly config: Config | null
  readonly problems: Readonly<Partial<Record<Key, string>>>
  /** The problems in the order of the check, for the list above the form. */
  readonly refused: readonly { readonly key: string; readonly sentence: string }[]
}

export function draftFrom(config: Config): Draft {
  return checked({ from: config, texts: {}, settings: config })
}

/** A preset with the settings of a run in it, as if somebody had typed them. */
export function draftOf(config: Config, { from }: { readonly from: Config }): Draft {
  return checked({ from, texts: {}, settings: config })
}

export function withText(draft: Draft, key: Key, text: string): Draft {
  const value = settingFromText(key, text) as Config[typeof key]
  const settings = withSetting(draft.settings, key, value)
  return checked({ from: draft.from, texts: { ...draft.texts, [key]: text }, settings })
}

/** Back to the preset's value, or to the default that follows from the other settings where the preset has that. */
export function withReset(draft: Draft, key: Key): Draft {
  const { [key]: _dropped, ...texts } = draft.texts
  const preset = draft.from[key]
  const follows = same(preset, defaultOf(key, draft.from))
  const value = follows ? defaultOf(key, draft.settings) : preset
  return checked({ from: draft.from, texts, settings: withSetting(draft.settings, key, value) })
}

export function textOf(draft: Draft, key: Key): string {
  const held = draft.texts[key]
  if (held !== undefined) return held
  const value = draft.settings[key]
  return value === null ? '' : settingToText(value)
}

export function isChanged(draft: Draft, key: Key): boolean {
  return !same(draft.settings[key], draft.from[key])
}

/** A setting's value for people: lists by comma, words for null. */
export function valueText(key: Key, value: Config[Key]): string {
  if (value === null) return nullText(fieldOf(key))
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ').replaceAll('_', ' ')
  return String(value)
}

export function nullText(field: Field): string {
  return (field.kind === 'number' ? field.nullMeans : undefined) ?? 'off'
}

function checked(draft: Pick<Draft, 'from' | 'texts' | 'settings'>): Draft {
  try {
    return { ...draft, config: parseConfig(draft.settings), problems: {}, refused: [] }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const refused = error.problems.map(({ key, reason, allowed }) => ({
      key,
      sentence: `This ${reason}. Allowed: ${allowed}.`,
    }))
    const problems = Object.fromEntries(refused.map(({ key, sentence }) => [key, sentence]))
    return { ...draft, config: null, problems, refused }
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
