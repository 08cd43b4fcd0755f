import { describe, expect, test } from 'vitest'
import { defaults } from '../../mlpo/config/config.ts'
import { draftFrom } from './draft.ts'
import {
  chosenFunctions,
  freeName,
  functionNames,
  ownRewards,
  withFunction,
  withFunctionWeight,
  withOwn,
  withOwnChanged,
  withoutOwn,
} from './rewardDraft.ts'

const draft = draftFrom(defaults)

describe('reward functions in the form', () => {
  test('off and on again is as the preset has it', () => {
    const off = withFunction(draft, 'accuracy', 'off')
    expect(off.config).toMatchObject({ reward_funcs: ['format'], reward_weights: [0.1] })
    expect(withFunction(off, 'accuracy', 'on').config).toEqual(defaults)
  })

  test.each(functionNames())('%s can be switched on, and weighs what is typed', (name) => {
    const on = withFunctionWeight(withFunction(draft, name, 'on'), name, '-0,5')
    expect(on.config?.reward_weights[on.config.reward_funcs.findIndex((each) => each === name)]).toBe(-0.5)
  })

  test('a half-typed weight stays as typed and is refused', () => {
    const typed = withFunctionWeight(draft, 'format', '-')
    expect(chosenFunctions(typed)).toContainEqual({ name: 'format', weight: '-' })
    expect(typed.config).toBeNull()
    expect(typed.problems.reward_weights).toMatch(/not a number/)
  })

  test('none at all is refused', () => {
    const none = ['accuracy', 'format'].reduce((held, name) => withFunction(held, name, 'off'), draft)
    expect(none.config).toBeNull()
  })
})

describe('own rewards in the form', () => {
  test('come, change and go without touching the others', () => {
    const two = withOwn(withOwn(draft, 'mine'), 'mine-2')
    expect(two.config).toMatchObject({
      custom_rewards: ['mine', 'mine-2'],
      custom_reward_weights: [0.1, 0.1],
    })
    const changed = withOwnChanged(two, 1, { name: 'short', weight: '0.25' })
    expect(ownRewards(changed)).toEqual([
      { name: 'mine', weight: '0.1' },
      { name: 'short', weight: '0.25' },
    ])
    expect(withoutOwn(withoutOwn(changed, 0), 0).config).toEqual(defaults)
  })

  test('have a name that nothing else has', () => {
    expect(freeName(draft)).toBe('mine')
    expect(freeName(withOwn(draft, 'mine'), ['mine-2'])).toBe('mine-3')
    expect(withOwn(draft, 'accuracy').problems.custom_rewards).toMatch(/cannot be the name/)
  })
})
