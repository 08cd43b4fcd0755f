import { expect, test } from 'vitest'
import { presets } from '../../mlpo/config/presets.ts'
import { addressSettings, addressWithEngine, addressWithLibrary, nearestPreset } from './settings.ts'

test.each(presets)('a run of preset $name is shown with it, also with changed settings', (preset) => {
  expect(nearestPreset(preset.config, presets)).toBe(preset)
  expect(nearestPreset({ ...preset.config, learning_rate: 0.5, seed: 9 }, presets)).toBe(preset)
})

test('what the address does not say, or says wrongly, is as if nobody had said it', () => {
  expect(addressSettings('?preset=none&engine=steam&backend=abacus&library=public')).toEqual(
    addressSettings(''),
  )
})

test('the other engine is one address away, with everything else as it was', () => {
  const address = addressWithEngine('?preset=tiny&engine=webllm&backend=wasm', 'tfjs')
  const { preset, wanted } = addressSettings(address)
  expect([preset.name, wanted.engine, wanted.backend]).toEqual(['tiny', 'tfjs', null])
})

test('the other library is one address away, with everything else as it was', () => {
  const address = addressWithLibrary('?preset=tiny&engine=webllm', 'prebuilt')
  const { preset, wanted } = addressSettings(address)
  expect([preset.name, wanted]).toEqual(['tiny', { engine: 'webllm', backend: null, library: 'prebuilt' }])
})

test('a preset that is only for tests is offered where the address names it', () => {
  const names = (search: string) => addressSettings(search).presets.map(({ name }) => name)
  expect(names('')).toEqual(['route', 'read', 'smollm2'])
  expect(names('?preset=tiny')).toEqual(['route', 'read', 'smollm2', 'tiny'])
})
