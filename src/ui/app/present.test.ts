import { expect, test } from 'vitest'
import { isPresenting, withoutPresent } from './present.ts'

test('large type is asked for with or without a value, and taken out alone', () => {
  expect(['?present', '?a=1&present=', '?present=1'].map(isPresenting)).toEqual([true, true, true])
  expect(['', '?a=1', '?note=present'].map(isPresenting)).toEqual([false, false, false])
  expect(withoutPresent('?present')).toBe('')
  expect(withoutPresent('?preset=tiny&present&backend=wasm')).toBe('?preset=tiny&backend=wasm')
})
