import { describe, expect, test } from 'vitest'
import { defaults } from '../../mlpo/config/config.ts'
import { draftFrom, draftOf, isChanged, textOf, withReset, withText } from './draft.ts'
import { editedKeys as keys } from './settingGroups.ts'

const draft = draftFrom(defaults)

describe('draft', () => {
  test.each(keys)('typing what already stands in %s changes nothing', (key) => {
    const typed = withText(draft, key, textOf(draft, key))
    expect(typed.config).toEqual(defaults)
    expect(isChanged(typed, key)).toBe(false)
  })

  test('half a number is kept as typed, refused, and names what is allowed', () => {
    const typed = withText(draft, 'num_generations', '1')
    expect(textOf(typed, 'num_generations')).toBe('1')
    expect(typed.config).toBeNull()
    expect(typed.problems.num_generations).toMatch(/2 to 64/)
  })

  test('a reset brings back the preset’s configuration', () => {
    const typed = withText(draft, 'learning_rate', 'fast')
    expect(withReset(typed, 'learning_rate').config).toEqual(defaults)
  })

  test('the settings of a saved run stand in the form, marked where they differ, and can be reset', () => {
    const saved = draftOf({ ...defaults, max_steps: 7 }, { from: defaults })
    expect(keys.filter((key) => isChanged(saved, key))).toEqual(['max_steps'])
    expect(textOf(saved, 'max_steps')).toBe('7')
    expect(withReset(saved, 'max_steps').config).toEqual(defaults)
  })

  test('a default that follows another setting follows it, and back', () => {
    const cispo = withText(draft, 'loss_type', 'cispo')
    expect(textOf(cispo, 'epsilon_high')).toBe('5')
    expect(withReset(cispo, 'loss_type').config).toEqual(defaults)
  })
})
