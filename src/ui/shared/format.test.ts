import { expect, test } from 'vitest'
import { decimal, figure, percent, signed } from './format.ts'

test.each([
  [1.1, '1.1'],
  [0.725, '0.725'],
  [-0.5, '−0.5'],
  [-0.0001, '0'],
  [100, '100'],
])('decimal %d is %s', (value, text) => expect(decimal(value)).toBe(text))

test.each([
  [0.375, '+0.375'],
  [-0.625, '−0.625'],
  [-0.0001, '0.000'],
])('signed %d is %s', (value, text) => expect(signed(value)).toBe(text))

test.each([
  [0.002, '0.002'],
  [0.000045, '4.5e−5'],
  [12.345, '12.3'],
  [0, '0'],
])('figure %d is %s', (value, text) => expect(figure(value)).toBe(text))

test('a share is rounded to whole percents', () => expect(percent(0.6851)).toBe('69\u202f%'))
