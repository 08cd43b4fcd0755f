/** Everything that one leader is asked in an evaluation (MLPO §5): with its team, alone, and under every condition. */
import {
  answersOnly,
  constantPeers,
  lyingPeers,
  onlyPeers,
  otherQuestion,
  permutedSeats,
  replacedPeer,
  unseenPeer,
  type Shown,
} from './evaluation/conditions.ts'
import type { ReportSizes } from './evaluation/report.ts'
import type { LeaderSamples, Probe, StratumSample } from './evaluation/samples.ts'
import { isIn } from './evaluation/shapley.ts'
import { mostPeersForSubsets } from './evaluation/sizes.ts'
import { finalOf, score, type Episode, type Told } from './evaluation/told.ts'
import { rightPeers } from './evaluation/strata.ts'
import type { Working } from './evaluate-pool.ts'
import { alone, manyDecisions, rounds, type Bench } from './evaluate-team.ts'

export interface LeaderPlan {
  readonly name: string
  readonly label: string
  /** [question][run] */
  readonly shown: readonly (readonly Shown[])[]
  /** Questions that fill up the strata. */
  readonly extra: readonly Shown[]
  /** Everything that the peers said to each question of the main set. */
  readonly said: readonly (readonly Told[])[]
  /** What somebody unseen says to the probed questions. */
  readonly unseen: readonly Told[] | null
  readonly sizes: ReportSizes
  /** At temperature 0 many samples are one. */
  readonly manySamples: number
}

export async function* sampleLeader(bench: Bench, plan: LeaderPlan): Working<LeaderSamples> {
  const { name, label, shown, extra } = plan
  const runs = shown[0]?.length ?? 1
  const tasks = shown.flatMap(([first]) => first?.task ?? [])
  const team: Episode[][] = shown.map(() => [])
  for (let run = 0; run < runs; run++) {
    const episodes = yield* rounds(bench, {
      shown: shown.flatMap((own) => own[run] ?? []),
      sample: run,
      label: `${label} with its team`,
    })
    for (const [q, episode] of episodes.entries()) team[q]?.push(episode)
  }
  const lonely = yield* alone(bench, { tasks, count: runs, label: `${label} alone` })
  const first = shown.flatMap((own) => own[0] ?? [])
  const own = team.flatMap((episodes) => episodes[0] ?? [])
  const permuted = bench.settings.permute_seats
    ? []
    : yield* conditioned(bench, permutedSeats(first, bench.settings.seed), `${label}, seats permuted`)
  return {
    ...{ name, label, team, alone: lonely, permuted },
    strata: yield* sampleStrata(bench, { label, extra, own, alone: lonely }),
    probes: yield* sampleProbes(bench, { plan, first, permuted }),
    subsets: yield* sampleSubsets(bench, { plan, first, own, alone: lonely }),
    replaced: yield* sampleReplaced(bench, { plan, first }),
    many: yield* sampleMany(bench, { plan, first }),
  }
}

function conditioned(bench: Bench, shown: readonly Shown[], label: string): Working<Episode[]> {
  return rounds(bench, { shown, sample: 0, label })
}

async function* sampleStrata(
  bench: Bench,
  {
    label,
    extra,
    own,
    alone: lonely,
  }: {
    readonly label: string
    readonly extra: readonly Shown[]
    readonly own: readonly Episode[]
    readonly alone: readonly (readonly Told[])[]
  },
): Working<StratumSample[]> {
  const tasks = extra.map(({ task }) => task)
  const more = yield* conditioned(bench, extra, `${label}, questions with few or many right peers`)
  const moreAlone = yield* alone(bench, { tasks, count: 1, label: `${label} alone on these` })
  const told = [...lonely, ...moreAlone]
  return [...own, ...more].flatMap((episode, q) => {
    const first = told[q]?.[0]
    return first === undefined ? [] : [{ k: rightPeers(episode.peers), episode, alone: first }]
  })
}

/** Controls and robustness on the first questions. Others of a family come from the whole main set. */
async function* sampleProbes(
  bench: Bench,
  {
    plan: { label, sizes, said, unseen },
    first,
    permuted,
  }: { readonly plan: LeaderPlan; readonly first: readonly Shown[]; readonly permuted: readonly Episode[] },
): Working<Probe[]> {
  const { seed } = bench.settings
  const conditions: readonly (Omit<Probe, 'episodes'> & { readonly shown: readonly Shown[] })[] = [
    {
      ...{ name: 'other-question', label: 'Proposals of another question of the family', kind: 'control' },
      shown: otherQuestion(first, seed),
    },
    {
      name: 'constant',
      label: 'Peers that always say the same',
      kind: 'control',
      shown: constantPeers(first, seed),
    },
    {
      name: 'answers-only',
      label: 'Answers without their working',
      kind: 'control',
      shown: answersOnly(first, seed),
    },
    {
      ...{ name: 'liar', label: 'One peer lies', kind: 'robustness' },
      shown: lyingPeers(first, { liars: 1, said, seed }),
    },
    {
      ...{ name: 'pair', label: 'Two peers tell the same lie', kind: 'robustness' },
      shown: lyingPeers(first, { liars: 2, said, seed }),
    },
    ...(unseen === null
      ? []
      : [
          {
            ...{ name: 'unseen', label: 'One peer is somebody unseen', kind: 'robustness' as const },
            shown: unseenPeer(first, { texts: unseen.map(({ text }) => text), seed }),
          },
        ]),
  ]
  const probes: Probe[] = []
  for (const { shown, ...probe } of conditions) {
    const probed = shown.slice(0, sizes.probes)
    const episodes = yield* conditioned(bench, probed, `${label}: ${probe.label.toLowerCase()}`)
    probes.push({ ...probe, episodes })
  }
  if (permuted.length > 0)
    probes.push({
      ...{ name: 'permuted', label: 'Seats permuted', kind: 'robustness' },
      episodes: permuted.slice(0, sizes.probes),
    })
  return probes
}

async function* sampleSubsets(
  bench: Bench,
  {
    plan: { label, sizes },
    first,
    own,
    alone: lonely,
  }: {
    readonly plan: LeaderPlan
    readonly first: readonly Shown[]
    readonly own: readonly Episode[]
    readonly alone: readonly (readonly Told[])[]
  },
): Working<number[][] | null> {
  const peers = first[0]?.peers.length ?? 0
  if (peers > mostPeersForSubsets) return null
  const probed = first.slice(0, sizes.probes)
  const subsets: number[][] = [lonely.slice(0, sizes.probes).map(([told]) => Number(told?.right))]
  for (let set = 1; set < 2 ** peers - 1; set++) {
    const names = probed[0]?.peers.flatMap((_, peer) => (isIn(set, peer) ? `${peer + 1}` : [])) ?? []
    const shown = onlyPeers(probed, set)
    const episodes = yield* conditioned(bench, shown, `${label} with peer ${names.join(' and ')} alone`)
    subsets.push(episodes.map((episode) => score(finalOf(episode))))
  }
  return [...subsets, own.slice(0, sizes.probes).map((episode) => score(finalOf(episode)))]
}

async function* sampleReplaced(
  bench: Bench,
  { plan: { label, sizes }, first }: { readonly plan: LeaderPlan; readonly first: readonly Shown[] },
): Working<Episode[][]> {
  const all: Episode[][] = []
  for (const peer of first[0]?.peers.keys() ?? []) {
    const shown = replacedPeer(first, { peer, seed: bench.settings.seed }).slice(0, sizes.probes)
    all.push(yield* conditioned(bench, shown, `${label}, peer ${peer + 1} replaced`))
  }
  return all
}

async function* sampleMany(
  bench: Bench,
  {
    plan: { label, sizes, manySamples: count },
    first,
  }: { readonly plan: LeaderPlan; readonly first: readonly Shown[] },
): Working<LeaderSamples['many'][number][]> {
  const shown = first.slice(0, sizes.manyQuestions)
  if (count < 2 || shown.length === 0) return []
  const team = yield* manyDecisions(bench, { shown, count, label: `${label} with its team, ${count} times` })
  const tasks = shown.map(({ task }) => task)
  const lonely = yield* alone(bench, { tasks, count, label: `${label} alone, ${count} times` })
  return [
    { prompt: 'team', told: team },
    { prompt: 'alone', told: lonely.map((told) => told.slice(0, count)) },
  ]
}
