/** Rewards in the form: functions and one's own, each with its weight, as changes of the draft. Pure. */
import { fieldOf } from '../../mlpo/config/fields.ts'
import type { Config } from '../../mlpo/config/config.ts'
import { textOf, withText } from './draft.ts'
import type { Draft } from './draft.ts'

interface WeightedReward {
  readonly name: string
  /** As typed. */
  readonly weight: string
}

type Pair = { readonly names: 'reward_funcs'; readonly weights: 'reward_weights' } | typeof ownPair
const builtIn = { names: 'reward_funcs', weights: 'reward_weights' } as const
const ownPair = { names: 'custom_rewards', weights: 'custom_reward_weights' } as const

/** Small enough not to drown accuracy, large enough to be seen. */
const firstWeight = '0.1'

export function functionNames(): readonly string[] {
  const field = fieldOf('reward_funcs')
  return field.kind === 'many' ? Object.keys(field.options) : []
}

export function chosenFunctions(draft: Draft): readonly WeightedReward[] {
  return listed(draft, builtIn)
}

export function ownRewards(draft: Draft): readonly WeightedReward[] {
  return listed(draft, ownPair)
}

/** Switched on, a function has the preset's weight, or a small one. */
export function withFunction(draft: Draft, name: string, on: 'on' | 'off'): Draft {
  const chosen = chosenFunctions(draft).filter((each) => each.name !== name)
  const place = draft.from.reward_funcs.findIndex((each) => each === name)
  const weight = String(draft.from.reward_weights[place] ?? firstWeight)
  const next = on === 'on' ? [...chosen, { name, weight }] : chosen
  const order = functionNames()
  const sorted = [...next].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))
  return put(draft, builtIn, sorted)
}

export function withFunctionWeight(draft: Draft, name: string, weight: string): Draft {
  const next = chosenFunctions(draft).map((each) =>
    each.name === name ? { name, weight: clean(weight) } : each,
  )
  return put(draft, builtIn, next)
}

export function withOwn(draft: Draft, name: string): Draft {
  return put(draft, ownPair, [...ownRewards(draft), { name: clean(name), weight: firstWeight }])
}

export function withoutOwn(draft: Draft, index: number): Draft {
  return put(
    draft,
    ownPair,
    ownRewards(draft).filter((_, other) => other !== index),
  )
}

export function withOwnChanged(draft: Draft, index: number, change: Partial<WeightedReward>): Draft {
  const changed = ownRewards(draft).map((each, other) =>
    other === index
      ? { name: clean(change.name ?? each.name), weight: clean(change.weight ?? each.weight) }
      : each,
  )
  return put(draft, ownPair, changed)
}

/** A name that no reward has yet: "mine", "mine-2", … */
export function freeName(draft: Draft, others: readonly string[] = []): string {
  const taken = [...ownRewards(draft).map(({ name }) => name), ...others, ...functionNames()]
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'mine' : `mine-${number}`
    if (!taken.includes(name)) return name
  }
}

function listed(draft: Draft, { names, weights }: Pair): readonly WeightedReward[] {
  const given: Config[typeof names] = draft.settings[names]
  const texts = textOf(draft, weights).split(',')
  return given.map((name, index) => ({ name, weight: (texts[index] ?? '').trim() }))
}

function put(draft: Draft, { names, weights }: Pair, rewards: readonly WeightedReward[]): Draft {
  const named = withText(draft, names, rewards.map(({ name }) => name).join(','))
  return withText(named, weights, rewards.map(({ weight }) => weight).join(','))
}

/** A comma would begin the next entry; in a number it means a point. */
function clean(text: string): string {
  return text.replaceAll(',', '.')
}
