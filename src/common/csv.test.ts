import fc from 'fast-check'
import Papa from 'papaparse'
import { expect, test } from 'vitest'
import { csvText } from './csv.ts'

test('whatever stands in the cells, a reader finds the same', () => {
  const columns = ['a', 'b, c', 'd"'] as const
  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'x', ' ', '–') }),
    fc.integer(),
    fc.constant(null),
  )
  const rows = fc.array(fc.record({ a: cell, 'b, c': cell, 'd"': cell }), { minLength: 1 })
  fc.assert(
    fc.property(rows, (given) => {
      const { data } = Papa.parse<string[]>(csvText(columns, given), { newline: '\r\n', delimiter: ',' })
      expect(data.slice(0, -1)).toEqual([
        [...columns],
        ...given.map((row) => columns.map((column) => String(row[column] ?? ''))),
      ])
    }),
  )
})

test('without rows there is the head, and a cell that is absent is empty', () => {
  expect(csvText(['a', 'b'], [])).toBe('a,b\r\n')
  expect(csvText(['a', 'b'], [{ b: 1 }])).toBe('a,b\r\n,1\r\n')
})
