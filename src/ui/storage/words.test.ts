import { expect, test } from 'vitest'
import { amountText, sizeText } from './words.ts'

test.each([
  [0, '0\u202fB'],
  [340, '340\u202fB'],
  [999.6, '1\u202fkB'],
  [12_400, '12\u202fkB'],
  [999_600, '1.0\u202fMB'],
  [12_300_000, '12\u202fMB'],
  [1_100_000_000, '1.1\u202fGB'],
])('%d bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text))

test('what is there is counted in its own words, and what is not is nothing', () => {
  expect(amountText({ kind: 'runs', count: 1, bytes: 2_000_000 })).toBe('1 run, 2.0\u202fMB')
  expect(amountText({ kind: 'preferences', count: 2, bytes: 80 })).toBe('2 entries, 80\u202fB')
  expect(amountText({ kind: 'lessons', count: 1, bytes: 80 })).toBe('80\u202fB')
  expect(amountText({ kind: 'models', count: 0, bytes: 0 })).toBe('nothing')
})
