import { expect, test } from 'vitest'
import { presets } from '../../mlpo/config/presets.ts'
import { addressSettings, nearestPreset } from './settings.ts'

test.each(presets)('a run of preset $name is shown with it, also with changed settings', (preset) => {
  expect(nearestPreset(preset.config, presets)).toBe(preset)
  expect(nearestPreset({ ...preset.config, learning_rate: 0.5, seed: 9 }, presets)).toBe(preset)
})

test('what the address does not say, or says wrongly, is as if nobody had said it', () => {
  expect(addressSettings('?preset=none&backend=abacus')).toEqual(addressSettings(''))
})

test('a preset that is only for tests is offered where the address names it', () => {
  const names = (search: string) => addressSettings(search).presets.map(({ name }) => name)
  expect(names('')).toEqual(['route', 'read'])
  expect(names('?preset=tiny')).toEqual(['route', 'read', 'tiny'])
})
