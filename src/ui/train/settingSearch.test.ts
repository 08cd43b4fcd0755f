import { describe, expect, test } from 'vitest'
import { keys } from '../../mlpo/config/fields.ts'
import { editedKeys } from './settingGroups.ts'
import { nearestSetting, settingsMatching } from './settingSearch.ts'

const found = (query: string) => [...(settingsMatching(query) ?? [])]

describe('the form', () => {
  test('has every setting once, but for the team’s', () => {
    const inTeam = ['leader', 'peers', 'peer_roles']
    expect([...editedKeys].sort()).toEqual(keys.filter((key) => !inTeam.includes(key)).sort())
  })
})

describe('a search', () => {
  test.each(editedKeys)('finds %s by its own name', (key) => {
    expect(found(key)).toContain(key)
    expect(found(key.toUpperCase().replaceAll('_', ' '))).toContain(key)
  })

  test('finds by symbol, label and explanation, whatever the case', () => {
    expect(found('β')).toContain('beta')
    expect(found('Longest Completion')).toContain('max_completion_length')
    expect(found('GSPO')).toEqual(['importance_sampling_level'])
  })

  test('takes a name apart as it stands on the page', () => {
    expect(found('Warm-up')).toContain('warmup_steps')
  })

  test('wants all words, in any order', () => {
    expect(found('above clip')).toContain('epsilon_high')
    expect(found('above clip nonsense')).toEqual([])
  })

  test('of nothing filters nothing, and what finds nothing has a nearest name', () => {
    expect(settingsMatching('  ')).toBeNull()
    expect(found('lerning rate')).toEqual([])
    expect(nearestSetting('lerning rate')).toBe('learning_rate')
  })
})
