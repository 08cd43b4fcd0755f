import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  fitLogistic,
  hashedGrams,
  logisticGradient,
  logisticLoss,
  probabilities,
  type Example,
} from './logistic.ts'

const features = 6
const example = fc
  .record({
    values: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
      minLength: features,
      maxLength: features,
    }),
    labels: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 2 }),
  })
  .map(({ values, labels }): Example => ({ labels, features: { values, indexes: values.map((_, i) => i) } }))
const weights = fc
  .array(
    fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
      minLength: features + 1,
      maxLength: features + 1,
    }),
    { minLength: 2, maxLength: 2 },
  )
  .map((rows) => rows.map((row) => Float64Array.from(row)))

describe('logistic regression', () => {
  test('its gradient is the slope of its loss', () => {
    fc.assert(
      fc.property(weights, fc.array(example, { minLength: 1, maxLength: 5 }), (at, examples) => {
        const ridge = { l2: 0.3 }
        const gradient = logisticGradient(at, examples, ridge)
        const step = 1e-5
        for (const [j, row] of at.entries())
          for (const i of row.keys()) {
            const moved = (by: number) =>
              at.map((own, k) => (k === j ? own.map((w, m) => (m === i ? w + by : w)) : own))
            const slope =
              (logisticLoss(moved(step), examples, ridge) - logisticLoss(moved(-step), examples, ridge)) /
              (2 * step)
            expect(gradient[j]?.[i]).toBeCloseTo(slope, 6)
          }
      }),
      { numRuns: 30 },
    )
  })

  const sums = ['Add 3 and 4.', 'Add 9 and 1.', 'Add 5 and 5.']
  const facts = ['What is the capital of Peru?', 'What is the capital of Chad?', 'What is the symbol of tin?']
  const toy = [
    ...sums.map((text): Example => ({ features: hashedGrams(text), labels: [1, 0, 1] })),
    ...facts.map((text): Example => ({ features: hashedGrams(text), labels: [0, 1, 1] })),
  ]

  test('separates what can be separated, and generalises by the words', () => {
    const fitted = fitLogistic(toy, { labels: 3 })
    const rounded = (text: string) => probabilities(fitted, hashedGrams(text)).map(Math.round)
    for (const text of [...sums, 'Add 12 and 30.']) expect(rounded(text)).toEqual([1, 0, 1])
    for (const text of [...facts, 'What is the capital of Fiji?']) expect(rounded(text)).toEqual([0, 1, 1])
  })

  test('is the same each time, and says one half without an example', () => {
    expect(fitLogistic(toy, { labels: 3 })).toEqual(fitLogistic(toy, { labels: 3 }))
    expect(probabilities(fitLogistic([], { labels: 2 }), hashedGrams('Add 1 and 2.'))).toEqual([0.5, 0.5])
  })

  test('grams of a question have length 1, pairs included', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const { indexes, values } = hashedGrams(text)
        expect(new Set(indexes).size).toBe(indexes.length)
        if (indexes.length > 0) expect(Math.hypot(...values)).toBeCloseTo(1, 9)
      }),
    )
    expect(hashedGrams('a b').indexes).not.toEqual(hashedGrams('b a').indexes)
  })
})
