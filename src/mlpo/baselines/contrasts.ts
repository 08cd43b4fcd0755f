/**
 * What MLPO is compared with (MLPO §5). Against GRPO alone: both alone; both with the team; MLPO and its team at equal
 * inference tokens. Against the leader as it was, with the team and alone. With the team, against the other baselines.
 * Each is paired over questions within a seed; Holm corrects over the contrasts of a seed and decoding. A contrast holds
 * if it is significant, to the same side, in every seed. The trained controls are a family of their own: what they are
 * run for is to find nothing, and they make no claim harder to hold.
 */
import { stream } from '../random.ts'
import { signFlipTest } from '../sign-flip.ts'
import { bootstrapDifference, holm, pairedDifferences, tInterval, type Interval } from '../statistics.ts'
import { bestPeer } from './best-peer.ts'
import { randomReward, rateZero } from './controls.ts'
import { deferral } from './deferral.ts'
import { familyTable } from './family-table.ts'
import { grpo, grpoWithTraces } from './grpo.ts'
import { grpoSameTokens, grpoWithTracesSameTokens } from './grpo-same-tokens.ts'
import { grpoVote, grpoWithTracesVote } from './grpo-vote.ts'
import type { Method, Way } from './method.ts'
import { mlpo, mlpoWithoutTraces } from './mlpo.ts'
import type { ResultLine, RunResult } from './result.ts'
import { selectLlm } from './select-llm.ts'
import { sftOnly } from './sft-only.ts'
import { untrained } from './untrained.ts'
import { vote as plurality } from './vote.ts'

interface Side {
  readonly method: Method
  readonly way: Way
}

interface Contrast {
  readonly label: string
  readonly of: Side
  readonly against: Side
}

export interface ContrastResult {
  readonly label: string
  readonly decoding: RunResult['decoding']
  /** [seed] */
  readonly seeds: readonly {
    readonly seed: number
    readonly difference: Interval
    /** Corrected. */
    readonly p: number
  }[]
  /** Mean over seeds with its t interval. */
  readonly mean: Interval
  readonly holds: boolean
}

interface Trio {
  readonly of: Method
  readonly sameData: Method
  readonly sameTokens: Method
  readonly vote: Method
}

const trios: readonly Trio[] = [
  {
    of: mlpo,
    sameData: grpoWithTraces,
    sameTokens: grpoWithTracesSameTokens,
    vote: grpoWithTracesVote,
  },
  { of: mlpoWithoutTraces, sameData: grpo, sameTokens: grpoSameTokens, vote: grpoVote },
]

const againstGrpo = trios.flatMap(({ of, sameData, sameTokens, vote }): Contrast[] => [
  ...[
    { against: sameData, data: 'same data' },
    { against: sameTokens, data: 'same tokens' },
  ].flatMap(({ against, data }): Contrast[] => [
    {
      label: `${of.label}, both alone, ${data}`,
      of: { method: of, way: 'alone' },
      against: { method: against, way: 'alone' },
    },
    {
      label: `${of.label}, both with the team, ${data}`,
      of: { method: of, way: 'team' },
      against: { method: against, way: 'team' },
    },
  ]),
  {
    label: `${of.label} + team against GRPO alone at equal inference tokens`,
    of: { method: of, way: 'team' },
    against: { method: vote, way: 'alone' },
  },
])

const againstOthers = [mlpo, mlpoWithoutTraces].flatMap((of): Contrast[] => [
  ...[untrained, plurality, bestPeer, familyTable, selectLlm, sftOnly, deferral].map((against): Contrast => ({
    label: `${of.label} + team − ${against.label}`,
    of: { method: of, way: 'team' },
    against: { method: against, way: 'team' },
  })),
  {
    label: `${of.label} alone − ${untrained.label} alone`,
    of: { method: of, way: 'alone' },
    against: { method: untrained, way: 'alone' },
  },
])

const ofControls = [randomReward, rateZero].flatMap((control): Contrast[] => [
  {
    label: `${mlpoWithoutTraces.label} + team − ${control.label} + team`,
    of: { method: mlpoWithoutTraces, way: 'team' },
    against: { method: control, way: 'team' },
  },
  {
    label: `${control.label} + team − ${untrained.label}`,
    of: { method: control, way: 'team' },
    against: { method: untrained, way: 'team' },
  },
])

const claims: readonly Contrast[] = [
  ...againstGrpo,
  ...againstOthers,
  {
    label: `${mlpo.label} + team − ${mlpoWithoutTraces.label} + team`,
    of: { method: mlpo, way: 'team' },
    against: { method: mlpoWithoutTraces, way: 'team' },
  },
]

/** Each is corrected by itself. */
const families: readonly (readonly Contrast[])[] = [claims, ofControls]

/** Of all that were run; those that lack a side are left out. */
export function contrastResults(
  runs: readonly RunResult[],
  { flips }: { readonly flips?: number } = {},
): ContrastResult[] {
  return (['sampled', 'greedy'] as const).flatMap((decoding) => {
    const own = runs.filter((run) => run.decoding === decoding)
    const seeds = [...new Set(own.map(({ seed }) => seed))].sort((a, b) => a - b)
    const bySeed = seeds.map((seed) => {
      const of = own.filter((run) => run.seed === seed)
      const options = { seed, ...(flips !== undefined && { flips }) }
      return { seed, tested: new Map(families.flatMap((family) => tested(of, family, options))) }
    })
    return families.flat().flatMap(({ label }): ContrastResult[] => {
      const found = bySeed.flatMap(({ seed, tested }) => {
        const one = tested.get(label)
        return one === undefined ? [] : [{ seed, ...one }]
      })
      if (found.length === 0) return []
      const sides = new Set(found.map(({ difference }) => Math.sign(difference.estimate)))
      return [
        {
          ...{ label, decoding, seeds: found },
          mean: tInterval(found.map(({ difference }) => difference.estimate)),
          holds: found.every(({ p }) => p <= 0.05) && sides.size === 1,
        },
      ]
    })
  })
}

/** A family of one seed and decoding, by label. */
function tested(
  runs: readonly RunResult[],
  family: readonly Contrast[],
  { seed, flips }: { readonly seed: number; readonly flips?: number },
): [label: string, found: { readonly difference: Interval; readonly p: number }][] {
  const pairs = family.flatMap(({ label, of, against }) => {
    const [a, b] = [lineOf(runs, of), lineOf(runs, against)]
    return a === null || b === null ? [] : [{ label, a, b }]
  })
  const ps = holm(
    pairs.map(({ label, a, b }) =>
      signFlipTest(pairedDifferences(a.scores, b.scores), {
        random: stream(seed, 'sign-flip', label),
        ...(flips !== undefined && { flips }),
      }),
    ),
  )
  return pairs.map(({ label, a, b }, i) => {
    const random = stream(seed, 'bootstrap', label)
    return [label, { difference: bootstrapDifference(a.scores, b.scores, { random }), p: ps[i] ?? 1 }]
  })
}

function lineOf(runs: readonly RunResult[], { method, way }: Side): ResultLine | null {
  const run = runs.find((one) => one.method === method.name)
  return run?.lines.find((line) => line.way === way) ?? null
}
