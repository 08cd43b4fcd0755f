/** Claims: what holds, holds in each of five seeds, and only what was planned is tested. */
import { describe, expect, test } from 'vitest'
import { sumCosts } from './cost.ts'
import { claimsOf, contrastsOf, corrected } from './contrasts.ts'
import type { Contrast, ReportPart } from './report.ts'
import type { ScoredRow } from './rows.ts'

const row = (id: string, scores: readonly number[]): ScoredRow => ({ id, label: id, scores, cost: null })
const rows = [
  row('untrained/team', new Array<number>(40).fill(0)),
  row('trained/team', new Array<number>(40).fill(1)),
  row(
    'vote',
    Array.from({ length: 40 }, (_, q) => q % 2),
  ),
  row(
    'table',
    Array.from({ length: 40 }, (_, q) => Number(q > 1)),
  ),
]

const part = (seed: number, contrasts: readonly Contrast[]): ReportPart => ({
  ...{ seed, decoding: 'sampled', contrasts, made: sumCosts([]) },
  ...{
    rows: [],
    families: [],
    strata: [],
    againstVote: [],
    behaviour: [],
    probes: [],
    peersWorth: [],
    many: [],
  },
})
const contrast = (value: number, adjusted: number): Contrast => ({
  ...{ id: 'c', label: 'c', a: 'a', b: 'b', difference: { value, low: value, high: value } },
  test: { p: adjusted, adjusted },
})
const verdict = (of: readonly Contrast[]) => claimsOf(of.map((one, seed) => part(seed, [one])))[0]?.verdict

describe('contrasts', () => {
  const found = contrastsOf(rows, { leaders: ['untrained', 'trained'], seed: 1, flips: 999 })

  test('compare rows that exist; the primary ones are tested, the others estimated', () => {
    const ids = found.map(({ id }) => id)
    expect(ids).toEqual(['team-untrained/team', 'team-vote', 'team-table'])
    expect(found.map(({ test: own }) => own !== null)).toEqual([true, true, false])
    expect(found.map(({ difference }) => difference.value)).toEqual([1, 0.5, 0.05])
  })

  test('p is the smallest there is where every question differs the same way', () => {
    expect(found[0]?.test?.p).toBe(1 / 1000)
  })

  test('without a trained leader the untrained one is compared', () => {
    const only = contrastsOf(rows, { leaders: ['untrained'], seed: 1, flips: 99 })
    expect(only.map(({ a, b }) => [a, b])).toEqual([
      ['untrained/team', 'vote'],
      ['untrained/team', 'table'],
    ])
  })

  test('Holm runs over all parts of a seed', () => {
    const parts = corrected([
      part(1, [contrast(0.1, 0.01)]),
      part(1, [contrast(0.1, 0.04), contrast(0.1, 0.02)]),
    ])
    const adjusted = parts.flatMap(({ contrasts }) => contrasts.map(({ test: own }) => own?.adjusted))
    expect(adjusted).toEqual([0.03, 0.04, 0.04])
  })
})

describe('a claim', () => {
  const five = [0.1, 0.2, 0.1, 0.3, 0.1].map((value) => contrast(value, 0.01))

  test('holds if it does in each of five seeds, in the same direction', () => {
    expect(verdict(five)).toBe('holds')
    expect(verdict([...five.slice(1), contrast(0.2, 0.06)])).toBe('does not hold')
    expect(verdict([...five.slice(1), contrast(-0.2, 0.01)])).toBe('does not hold')
    expect(verdict(five.slice(1))).toBe('too few seeds')
  })

  test('has its mean with Student’s interval over seeds, none with one seed; an estimate has no verdict', () => {
    const [claim] = claimsOf(five.map((one, seed) => part(seed, [one])))
    expect(claim?.mean).toBeCloseTo(0.16, 12)
    // 0.16 ± 2.776 · 0.08944 / √5
    expect(claim?.spread?.low).toBeCloseTo(0.0489, 3)
    const [single] = claimsOf([part(1, [{ ...contrast(0.1, 1), test: null }])])
    expect(single).toMatchObject({ spread: null, verdict: null })
  })
})
