/**
 * Comparisons between rows (MLPO §5): paired over questions, with a sign-flip test and Holm's correction over the
 * primary family of a seed, both decodings together. Over seeds, a claim holds if it holds in each of at least five.
 */
import { quickStream } from '../random.ts'
import { signFlipTest } from '../sign-flip.ts'
import { holm, pairedDifferences, tInterval } from '../statistics.ts'
import { significanceLevel, type Claim, type Contrast, type ReportPart, type Verdict } from './report.ts'
import { budgetId, type ScoredRow } from './rows.ts'
import { differenceOf } from './shares.ts'

interface Planned {
  readonly id: string
  readonly label: string
  readonly a: string
  readonly b: string
  readonly kind: 'primary' | 'estimate'
}

const seedsOfAClaim = 5

/** @param leaders names, the untrained one first and the one that the report is about last. */
export function plannedContrasts(leaders: readonly string[]): Planned[] {
  const main = leaders.at(-1) ?? ''
  const first = leaders[0] ?? ''
  const against = (b: string, label: string, kind: Planned['kind'] = 'primary'): Planned => ({
    ...{ id: `team-${b}`, label: `against ${label}`, a: `${main}/team`, b, kind },
  })
  const trained: readonly Planned[] = [
    against(`${first}/team`, 'the untrained leader with its team'),
    {
      ...{ id: 'alone-change', label: 'both alone: against the untrained leader', kind: 'estimate' },
      ...{ a: `${main}/alone`, b: `${first}/alone` },
    },
    against(`${first}/best-temperature`, 'the untrained leader at its best temperature', 'estimate'),
  ]
  return [
    ...(main === first ? [] : trained),
    against('vote', 'the vote of the peers'),
    against(`${main}/alone`, 'itself alone'),
    against('best-peer', 'the best single peer'),
    against(budgetId('vote', 'processedTokens'), 'the vote, as many processed tokens'),
    against(budgetId('alone', 'processedTokens'), 'its own vote alone, as many processed tokens', 'estimate'),
    against('table', 'the table family → peer', 'estimate'),
    against('stacker', 'the table of family and agreement', 'estimate'),
    against('best-strategy', 'the best fixed strategy', 'estimate'),
    against(`${main}/permuted`, 'itself with seats permuted', 'estimate'),
  ]
}

/** Those whose rows exist; p-values are not corrected yet. */
export function contrastsOf(
  rows: readonly ScoredRow[],
  {
    leaders,
    seed,
    flips,
  }: { readonly leaders: readonly string[]; readonly seed: number; readonly flips?: number },
): Contrast[] {
  const scores = new Map(rows.map((row) => [row.id, row.scores]))
  return plannedContrasts(leaders).flatMap(({ kind, ...planned }) => {
    const a = scores.get(planned.a)
    const b = scores.get(planned.b)
    if (a === undefined || b === undefined) return []
    const test = () => {
      const random = quickStream(seed, 'sign-flip', planned.id)
      const p = signFlipTest(pairedDifferences(a, b), { random, ...(flips !== undefined && { flips }) })
      return { p, adjusted: p }
    }
    return [{ ...planned, difference: differenceOf(a, b, seed), test: kind === 'primary' ? test() : null }]
  })
}

/** Holm over all tests of the parts, which are those of one seed. */
export function corrected(parts: readonly ReportPart[]): ReportPart[] {
  const tests = parts.flatMap(({ contrasts }) => contrasts.flatMap(({ test }) => test ?? []))
  const adjusted = holm(tests.map(({ p }) => p)).values()
  return parts.map((part) => ({
    ...part,
    contrasts: part.contrasts.map((contrast) => {
      if (contrast.test === null) return contrast
      return { ...contrast, test: { p: contrast.test.p, adjusted: adjusted.next().value ?? 1 } }
    }),
  }))
}

/** One per contrast and decoding, in the order in which the first part has them. */
export function claimsOf(parts: readonly ReportPart[]): Claim[] {
  const claims = new Map<string, Claim['seeds'][number][]>()
  const heads = new Map<string, Pick<Claim, 'id' | 'label' | 'decoding'>>()
  for (const { seed, decoding, contrasts } of parts)
    for (const { id, label, difference, test } of contrasts) {
      const key = `${decoding}/${id}`
      heads.set(key, { id, label, decoding })
      claims.set(key, [...(claims.get(key) ?? []), { seed, difference, adjusted: test?.adjusted ?? null }])
    }
  return [...heads].map(([key, head]) => {
    const seeds = claims.get(key) ?? []
    const { estimate, low, high } = tInterval(seeds.map(({ difference }) => difference.value))
    const spread = seeds.length < 2 ? null : { low, high }
    return { ...head, seeds, mean: estimate, spread, verdict: verdictOf(seeds) }
  })
}

function verdictOf(seeds: Claim['seeds']): Verdict | null {
  if (seeds.some(({ adjusted }) => adjusted === null)) return null
  if (seeds.length < seedsOfAClaim) return 'too few seeds'
  const directions = new Set(seeds.map(({ difference }) => Math.sign(difference.value)))
  const isEach = seeds.every(({ adjusted }) => adjusted !== null && adjusted <= significanceLevel)
  return isEach && directions.size === 1 ? 'holds' : 'does not hold'
}
