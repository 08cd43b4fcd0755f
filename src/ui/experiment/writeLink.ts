/** An experiment as the query of an address: what differs from its preset under readable keys, in the order of the forms. */
import { differences } from '../../mlpo/config/config.ts'
import type { Config, Key } from '../../mlpo/config/config.ts'
import { codeKeys } from './experiment.ts'
import type { Experiment } from './experiment.ts'
import { expectationText } from './expectation.ts'
import { encodedValue, linkText } from './linkText.ts'
import { rewardsText } from './needs.ts'
import { linkVersion, withGiven } from './readLink.ts'

/** What the page runs on, and for which screen, stays as the present address has it. */
const keptKeys = ['engine', 'backend', 'library', 'present'] as const

export function writeLink(experiment: Experiment, { keep = '' }: { readonly keep?: string } = {}): string {
  const { preset, config, hidden, locked, expectations, note, needs, lesson, showAll } = experiment
  const present = new URLSearchParams(keep)
  const pairs: (readonly [string, string])[] = [
    ['v', String(linkVersion)],
    ['preset', preset.name],
    ...changedSettings(preset.config, config).map((key) => [key, linkText(key, config[key])] as const),
    ...(hidden.length > 0 ? [['hide', hidden.join(',')] as const] : []),
    ...(locked.length > 0 ? [['lock', locked.join(',')] as const] : []),
    ...expectations.map((expectation) => ['expect', expectationText(expectation)] as const),
    ...(note === '' ? [] : [['note', note] as const]),
    ...(needs.questions === null ? [] : [['own_questions', needs.questions] as const]),
    ...(needs.rewards.length === 0 ? [] : [['own_rewards', rewardsText(needs.rewards)] as const]),
    ...(lesson === null ? [] : [['lesson', lesson] as const]),
    ...(showAll ? [['show', 'everything'] as const] : []),
    ...keptKeys.flatMap((key) => {
      const value = present.get(key)
      return value === null ? [] : [[key, value] as const]
    }),
  ]
  return `?${pairs.map(([key, value]) => `${key}=${encodedValue(value)}`).join('&')}`
}

/** As few as lead back to the configuration; code stays here. */
function changedSettings(preset: Config, config: Config): readonly Key[] {
  const target = { ...config, ...pick(preset, codeKeys) }
  const leadsThere = (keys: readonly Key[]) => missing(preset, target, keys).length === 0
  let keys: readonly Key[] = differences(preset, target).map(({ key }) => key)
  // A default that follows from another setting may have to be said although the preset has the same value.
  keys = [...keys, ...missing(preset, target, keys)]
  for (const key of keys) {
    const fewer = keys.filter((other) => other !== key)
    if (leadsThere(fewer)) keys = fewer
  }
  return keys
}

function missing(preset: Config, target: Config, keys: readonly Key[]): readonly Key[] {
  const given = new Map(keys.map((key) => [key, target[key]] as const))
  return differences(withGiven(preset, given), target).map(({ key }) => key)
}

function pick(config: Config, names: readonly string[]): Partial<Config> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => names.includes(key)))
}
