/**
 * What an experiment needs and no link can carry: questions from somebody's file, and rewards written as code. A link says
 * which, by name; whoever opens it has to bring the same. Pure.
 */
import { ConfigError, parseConfig } from '../../mlpo/config/config.ts'
import type { Config } from '../../mlpo/config/config.ts'
import { decimal } from '../shared/format.ts'

export interface NeededReward {
  readonly name: string
  readonly weight: number
}

export interface Needs {
  /** Source of the questions, as their owner's file or address was named. */
  readonly questions: string | null
  readonly rewards: readonly NeededReward[]
}

export const noNeeds: Needs = { questions: null, rewards: [] }

/** Characters of a source; a longer one, of an address, loses its middle. */
export const longestSource = 120

export function needsOf(config: Config, { source }: { readonly source: string | null }): Needs {
  return {
    questions: source === null ? null : shortened(source.trim()),
    rewards: config.custom_rewards.map((name, at) => ({
      name,
      weight: config.custom_reward_weights[at] ?? 0,
    })),
  }
}

function shortened(source: string): string {
  if (source.length <= longestSource) return source
  // What is cut in two, of a sign that takes two units, goes with it.
  return `${source.slice(0, 49)}…${source.slice(-70)}`.replace(/\p{Surrogate}/gu, '')
}

/** "mine:0.1,brief:-0.5" */
export function rewardsText(rewards: readonly NeededReward[]): string {
  return rewards.map(({ name, weight }) => `${name}:${weight}`).join(',')
}

/** @returns a sentence's end where the text names no rewards that the page could have. */
export function parseRewards(text: string, base: Config): readonly NeededReward[] | string {
  const rewards = text.split(',').map((entry) => {
    const [, name = '', weight = ''] = /^([^:]*):(.+)$/.exec(entry.trim()) ?? []
    return { name, weight: weight === '' ? Number.NaN : Number(weight) }
  })
  if (rewards.some(({ name, weight }) => name === '' || Number.isNaN(weight)))
    return 'is not of the form name:weight,name:weight'
  try {
    parseConfig({
      ...base,
      custom_rewards: rewards.map(({ name }) => name),
      custom_reward_weights: rewards.map(({ weight }) => weight),
    })
    return rewards
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const [problem] = error.problems
    return problem === undefined ? 'cannot be used' : `${problem.reason}; allowed: ${problem.allowed}`
  }
}

/** What the page has of it. */
export interface Brought {
  readonly source: string | null
  readonly rewards: readonly string[]
}

export interface NeedLine {
  readonly what: string
  readonly isThere: boolean
  /** What is there already, or what has to be done. */
  readonly words: string
}

export function needLines({ questions, rewards }: Needs, brought: Brought): readonly NeedLine[] {
  return [
    ...(questions === null ? [] : [questionsLine(questions, brought.source)]),
    ...rewards.map(({ name, weight }): NeedLine => {
      const isThere = brought.rewards.includes(name)
      const todo = `Get its code from whoever gave you the link, write it in Train under “Rewards”, and give it the weight ${decimal(weight)}.`
      return {
        what: `The reward “${name}”`,
        isThere,
        words: isThere ? 'is in the form.' : `is missing. ${todo}`,
      }
    }),
  ]
}

function questionsLine(needed: string, source: string | null): NeedLine {
  const what = `Questions of ${needed}`
  // By name: the link knows nothing else of the file.
  if (source !== null && shortened(source.trim()) === needed)
    return { what, isThere: true, words: 'are loaded.' }
  const instead = source === null ? 'the built-in generators ask' : `those of ${source} are asked`
  const todo = `Load the same file in Train under “Own questions”; until then ${instead}.`
  return { what, isThere: false, words: `are missing. ${todo}` }
}
