/**
 * An address read as an experiment: `?v=2&preset=route&learning_rate=0.001&hide=loss&lock=seed&expect=reward>=0.6@40`.
 * Whatever cannot be used is left out and listed with the reason; the rest holds. Never throws, runs nothing.
 */
import { nearestName } from '../../common/nearest.ts'
import { ConfigError, parseConfig, withSetting } from '../../mlpo/config/config.ts'
import type { Config, Key } from '../../mlpo/config/config.ts'
import { fieldOf, isKey, keys } from '../../mlpo/config/fields.ts'
import { presetNamed, presets } from '../../mlpo/config/presets.ts'
import type { Preset } from '../../mlpo/config/presets.ts'
import { allowed, refusal } from '../../mlpo/config/read.ts'
import { lessonNames } from '../learn/lessonNames.ts'
import { problemOfModel } from '../team/teamDraft.ts'
import { controlNamed, controls } from './controls.ts'
import type { ControlName } from './controls.ts'
import { codeKeys } from './experiment.ts'
import type { Experiment, LinkProblem } from './experiment.ts'
import { ExpectationError, parseExpectation } from './expectation.ts'
import type { Expectation } from './expectation.ts'
import { linkValue, looksLikeScript } from './linkText.ts'
import { longestSource, noNeeds, parseRewards } from './needs.ts'
import type { Needs } from './needs.ts'

/** In version 1 the learning rate did not follow the leader. */
export const linkVersion = 2
const readVersions: readonly string[] = ['1', String(linkVersion)]
/** Characters of the whole query. Servers and chats cut longer ones. */
export const longestLink = 6000
export const longestNote = 300
export const mostExpectations = 8

/** These choose what the page runs on and how large it is, not what it does (`app/settings.ts`, `app/present.ts`). */
const deviceKeys: Readonly<Record<string, readonly string[]>> = {
  engine: ['webllm', 'tfjs'],
  backend: ['wasm', 'webgpu'],
  library: ['own', 'prebuilt'],
  present: ['', '1', 'yes'],
}
const ownKeys = [
  ...['v', 'preset', 'hide', 'lock', 'expect', 'note', 'lesson', 'show'],
  ...['own_questions', 'own_rewards'],
]

export interface ReadLink {
  readonly experiment: Experiment
  readonly problems: readonly LinkProblem[]
}

export function readLink(search: string): ReadLink {
  const problems: LinkProblem[] = []
  const tell = (what: string, why: string) =>
    void problems.push({ what: what.length > 80 ? `${what.slice(0, 77)}…` : what, why })
  if (search.length > longestLink) {
    tell('The whole link', `has ${search.length} characters; at most ${longestLink} are read`)
    return { experiment: plain(presetOf(null, tell)), problems }
  }
  const query = new URLSearchParams(search)
  const preset = presetOf(query.get('preset'), tell)
  const version = query.get('v')
  if (version !== null && !readVersions.includes(version)) {
    tell(
      `v=${version}`,
      `is a version of links that this page does not know; it reads version ${readVersions.join(' and ')}`,
    )
    const unread = [...new Set(query.keys())].filter(
      (key) => ![...Object.keys(deviceKeys), 'v', 'preset'].includes(key),
    )
    if (unread.length > 0) tell(unread.join(', '), 'may mean something else in that version')
    return { experiment: plain(preset), problems }
  }
  tellStrangers(query, tell)
  return {
    experiment: {
      preset,
      config: configOf(query, preset, tell),
      hidden: controlsOf(query, 'hide', tell),
      locked: controlsOf(query, 'lock', tell),
      expectations: expectationsOf(query, tell),
      note: noteOf(query, tell),
      needs: needsIn(query, preset, tell),
      lesson: lessonOf(query, tell),
      showAll: query.get('show') === 'everything',
    },
    problems,
  }
}

type Tell = (what: string, why: string) => void

/** The preset as it is. */
function plain(preset: Preset): Experiment {
  const nothing = { hidden: [], locked: [], expectations: [], note: '', lesson: null, showAll: false }
  return { preset, config: preset.config, ...nothing, needs: noNeeds }
}

function presetOf(name: string | null, tell: Tell): Preset {
  const [first] = presets
  if (first === undefined) throw new Error('There is no preset.')
  if (name === null) return first
  const named = presetNamed(name)
  if (named !== undefined) return named
  const nearest = nearestName(
    name,
    presets.map((preset) => preset.name),
  )
  tell(`preset=${name}`, `is not a preset; did you mean ${nearest}? ${first.label} is used`)
  return first
}

function tellStrangers(query: URLSearchParams, tell: Tell): void {
  const seen = new Set<string>()
  for (const [key, value] of query) {
    const isTwice = seen.has(key)
    seen.add(key)
    if (isTwice && key !== 'expect') tell(`${key}=${value}`, 'comes a second time; the first one counts')
    if (isTwice) continue
    const choices = Object.hasOwn(deviceKeys, key) ? deviceKeys[key] : undefined
    if (choices !== undefined) {
      if (!choices.includes(value)) tell(`${key}=${value}`, `is not one of ${choices.join(', ')}`)
    } else if (key === 'show' && value !== 'everything') tell(`show=${value}`, 'is not show=everything')
    else if (!ownKeys.includes(key) && !isKey(key)) {
      const known = [...ownKeys, ...Object.keys(deviceKeys), ...keys]
      tell(key, `is nothing that a link can set; did you mean ${nearestName(key, known)}?`)
    }
  }
}

function configOf(query: URLSearchParams, preset: Preset, tell: Tell): Config {
  const given = new Map<Key, unknown>()
  for (const key of keys) {
    const text = query.get(key)
    if (text === null) continue
    const value = linkValue(key, text)
    const reason = codeKeys.includes(key)
      ? 'would bring code; rewards of your own are written at the page'
      : (refused(key, text, value) ?? modelProblem(key, value))
    if (reason === null) given.set(key, value)
    else tell(`${key}=${text}`, reason)
  }
  // Such a link meant the rate of its preset, whoever leads.
  if (query.get('v') === '1' && given.has('leader') && !given.has('learning_rate'))
    given.set('learning_rate', preset.config.learning_rate)
  return combined(preset.config, given, tell)
}

/** Whether it fits with the other settings is seen when all of them are there. */
function refused(key: Key, text: string, value: unknown): string | null {
  if (looksLikeScript(text)) return 'holds what looks like a script; a link carries data alone'
  const field = fieldOf(key)
  const reason = refusal(field, value)
  return reason === null ? null : `${reason}; allowed: ${allowed(field)}`
}

function modelProblem(key: Key, value: unknown): string | null {
  if (key !== 'leader' && key !== 'peers') return null
  const models: readonly unknown[] = Array.isArray(value) ? value : [value]
  return (
    models
      .map((model) => (typeof model === 'string' ? problemOfModel(model, 'models/') : null))
      .find((problem) => problem !== null) ?? null
  )
}

/**
 * The preset with these settings. Defaults that follow from others move along, and what the link names itself comes last.
 * Settings that do not go together are left out, as few as will do.
 */
export function withGiven(preset: Config, given: ReadonlyMap<Key, unknown>): Config {
  let settings = preset
  for (const [key, value] of given) settings = withSetting(settings, key, value as Config[typeof key])
  return { ...settings, ...Object.fromEntries(given) }
}

function combined(preset: Config, given: Map<Key, unknown>, tell: Tell): Config {
  for (;;) {
    const broken = brokenOf(withGiven(preset, given))
    if (broken === null) return withGiven(preset, given)
    const named = broken.problems.map(({ key }) => key).filter((key) => isKey(key) && given.has(key))
    const helps = [...given.keys()].filter((key) => {
      const without = new Map([...given].filter(([other]) => other !== key))
      return brokenOf(withGiven(preset, without)) === null
    })
    const dropped = named.length > 0 ? named : helps.length > 0 ? helps.slice(0, 1) : [...given.keys()]
    const [problem] = broken.problems
    const why = problem === undefined ? '' : `: ${problem.key} ${problem.reason}; allowed: ${problem.allowed}`
    for (const key of dropped) {
      tell(key, `does not go with the other settings${why}`)
      if (isKey(key)) given.delete(key)
    }
    if (dropped.length === 0) return preset
  }
}

function brokenOf(settings: Config): ConfigError | null {
  try {
    parseConfig(settings)
    return null
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
}

function controlsOf(query: URLSearchParams, how: 'hide' | 'lock', tell: Tell): readonly ControlName[] {
  const names = (query.get(how) ?? '').split(',').map((name) => name.trim())
  const found = new Set<ControlName>()
  for (const name of names) {
    if (name === '') continue
    const control = controlNamed(name)
    if (control === undefined) {
      const nearest = nearestName(
        name,
        controls.map((each) => each.name),
      )
      tell(`${how}=${name}`, `names no part of the page; did you mean ${nearest}?`)
    } else if (how === 'lock' && !control.canLock) tell(`lock=${name}`, 'can be hidden, but not locked')
    else found.add(control.name)
  }
  return [...found]
}

function expectationsOf(query: URLSearchParams, tell: Tell): readonly Expectation[] {
  const texts = query.getAll('expect')
  for (const text of texts.slice(mostExpectations))
    tell(`expect=${text}`, `is one too many: ${mostExpectations} are read`)
  return texts.slice(0, mostExpectations).flatMap((text) => {
    try {
      return [parseExpectation(text)]
    } catch (error) {
      if (!(error instanceof ExpectationError)) throw error
      tell(`expect=${text}`, error.reason)
      return []
    }
  })
}

function noteOf(query: URLSearchParams, tell: Tell): string {
  const note = (query.get('note') ?? '').trim()
  if (looksLikeScript(note)) tell(`note=${note}`, 'holds what looks like a script; a link carries data alone')
  else if (note.length > longestNote)
    tell(`note=${note}`, `has ${note.length} characters; at most ${longestNote} are shown`)
  else return note
  return ''
}

function needsIn(query: URLSearchParams, preset: Preset, tell: Tell): Needs {
  const source = (query.get('own_questions') ?? '').trim()
  const why = looksLikeScript(source)
    ? 'holds what looks like a script; a link carries data alone'
    : source.length > longestSource
      ? `has ${source.length} characters; at most ${longestSource} are read`
      : null
  if (why !== null) tell(`own_questions=${source}`, why)
  const text = query.get('own_rewards') ?? ''
  const rewards = text === '' ? [] : parseRewards(text, preset.config)
  if (typeof rewards === 'string') tell(`own_rewards=${text}`, rewards)
  return {
    questions: source === '' || why !== null ? null : source,
    rewards: typeof rewards === 'string' ? [] : rewards,
  }
}

function lessonOf(query: URLSearchParams, tell: Tell): string | null {
  const name = query.get('lesson')
  if (name === null || lessonNames.some((lesson) => lesson.name === name)) return name
  const nearest = nearestName(
    name,
    lessonNames.map((lesson) => lesson.name),
  )
  tell(`lesson=${name}`, `is no lesson; did you mean ${nearest}?`)
  return null
}
