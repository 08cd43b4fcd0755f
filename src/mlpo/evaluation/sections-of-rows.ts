/** Sections about who is how good: differences, rows, the vote, right peers, rounds and costs. */
import type { Share } from '../stages.ts'
import { count, interval, known, points, shareCells } from './cells.ts'
import { percent } from './figure-parts.ts'
import { dotFigure, lineFigure, pointFigure, type Dot, type Layout, type Line } from './figures.ts'
import { significanceLevel, type AgainstVote, type Claim, type ReportPart, type ReportRow } from './report.ts'
import { aloneColour, lead, leaderColour, soft, third } from './section-colours.ts'
import type { ReportSection } from './sections.ts'

export function claimsSection(
  claims: readonly Claim[],
  { trainings, layout }: { readonly trainings: number; readonly layout: Layout },
): ReportSection {
  const dots = claims.map((claim): Dot => {
    const { label, mean, verdict } = claim
    return { label, value: mean, ...boundsOf(claim), colour: verdict === null ? soft : lead }
  })
  return {
    id: 'differences',
    title: 'How far the leader with its team is ahead',
    figure: dotFigure({ name: 'Differences in points with intervals', dots, unit: 'points', layout }),
    words: claimsWords(claims, trainings),
    note:
      'In points, paired over questions. In colour, tested: two-sided sign-flip test, corrected by Holm over all tests of ' +
      'a seed; a claim holds if it does in each of at least five seeds. The others, in grey, are estimates.',
    tables: [
      {
        name: 'Differences',
        head: ['difference', 'points', 'low', 'high', 'corrected p by seed', 'verdict'],
        rows: claims.map((claim) => {
          const { label, mean, seeds, verdict } = claim
          const { low, high } = boundsOf(claim)
          const p = seeds.map(pText).join(', ')
          return [label, percent(mean), percent(low), percent(high), p, verdict ?? 'estimate']
        }),
      },
    ],
  }
}

function boundsOf({ mean, spread, seeds }: Claim): { readonly low: number; readonly high: number } {
  const { low, high } = spread ?? seeds[0]?.difference ?? { low: mean, high: mean }
  return { low, high }
}

function claimsWords(claims: readonly Claim[], trainings: number): string[] {
  const tested = claims.filter(({ verdict }) => verdict !== null)
  const seeds = tested[0]?.seeds.length ?? 0
  const isYoung = tested.some(({ verdict }) => verdict === 'too few seeds')
  const rest = seeds === 1 ? 'this is one' : `these are ${seeds}`
  const isNarrow = trainings === 1 && tested.some(({ verdict }) => verdict === 'holds')
  return [
    ...tested.map(claimWords),
    ...(isYoung ? [`A claim takes five seeds; ${rest}.`] : []),
    ...(isNarrow
      ? ['What holds here holds for this one trained leader. About the method it takes five trainings.']
      : []),
  ]
}

function claimWords(claim: Claim): string {
  const { label, mean, seeds, verdict } = claim
  const { low, high } = boundsOf(claim)
  const where = percent(mean) === '0.0' ? 'no difference' : `${points(mean)} ${mean > 0 ? 'ahead' : 'behind'}`
  const head = `${label[0]?.toUpperCase() ?? ''}${label.slice(1)}: ${where} (${percent(low)} to ${percent(high)})`
  const significant = seeds.filter(
    ({ adjusted }) => adjusted !== null && adjusted <= significanceLevel,
  ).length
  if (verdict === 'holds') return `${head}. The claim holds: in each of ${seeds.length} seeds.`
  const told =
    seeds.length === 1
      ? `${significant === 1 ? 'told' : 'not told'} apart from chance (corrected p ${seeds.map(pText).join()})`
      : `told apart from chance in ${significant} of ${seeds.length} seeds`
  return verdict === 'does not hold' ? `${head}, ${told}: no claim.` : `${head}, ${told}.`
}

function pText({ adjusted }: Claim['seeds'][number]): string {
  return adjusted === null ? '–' : adjusted.toPrecision(2)
}

export function rowsSection({ rows, strata }: ReportPart, layout: Layout): ReportSection {
  const isMain = isMainIn(strata)
  const dots = rows
    .map(({ id, label, share }): Dot => ({ label, ...share, colour: isMain(id) ? lead : soft }))
    .sort((a, b) => b.value - a.value)
  return {
    ...{ id: 'rows', title: 'Every row', words: [] },
    figure: dotFigure({ name: 'Accuracy of every row with intervals', dots, unit: 'share', layout }),
    note:
      'Share of held-out questions answered right. In colour: the leader that the report is about. Costs are per ' +
      'question. Processed tokens count prompts and completions of every generation.',
    tables: [
      {
        name: 'Rows',
        head: ['row', 'n', '%', 'low', 'high', 'generations', 'written tokens', 'processed tokens', 'ms'],
        rows: rows.map(({ label, n, share, cost }) => [
          ...[label, count(n), ...shareCells(share)],
          ...[cost?.generations, cost?.generatedTokens, cost?.processedTokens, cost?.milliseconds].map(count),
        ]),
      },
    ],
  }
}

function isMainIn(strata: ReportPart['strata']): (id: string) => boolean {
  const main = strata.at(-1)?.leader ?? ''
  return (id) => id.startsWith(`${main}/`)
}

const voteWords = {
  right: 'where the vote is right',
  tied: 'where it is tied',
  wrong: 'where the vote is wrong',
} as const

export function voteSection({ againstVote: all }: ReportPart, layout: Layout): ReportSection | null {
  const outcomes = all.flatMap(({ leader, outcomes: own }, l) =>
    own.map((outcome) => ({ leader, colour: leaderColour(l, all.length), ...outcome })),
  )
  const dots = (['wrong', 'tied', 'right'] as const).flatMap((vote) =>
    outcomes.flatMap(({ leader, colour, n, team, ...outcome }): Dot[] => {
      if (outcome.vote !== vote || team === null) return []
      return [{ label: `${leader} + team ${voteWords[vote]} (${count(n)})`, ...team, colour }]
    }),
  )
  if (dots.length === 0) return null
  return {
    id: 'vote',
    title: 'Where the majority is wrong, and where it is right',
    figure: dotFigure({ name: 'Accuracy by whether the vote is right', dots, unit: 'share', layout }),
    note:
      'On the first run of each question. A leader that leads is right where the vote is wrong, and loses little where ' +
      'it is right. Oracle: at least one peer has the answer.',
    words: outcomes.toReversed().flatMap(gainWords),
    tables: [
      {
        name: 'By the vote',
        head: ['leader', 'the vote is', 'n', '+ team', 'alone', 'oracle'],
        rows: outcomes.map(({ leader, vote, n, team, alone, oracle }) => [
          ...[leader, vote, count(n), interval(team), interval(alone), known(oracle)],
        ]),
      },
    ],
  }
}

function gainWords(outcome: AgainstVote['outcomes'][number] & { readonly leader: string }): string[] {
  const { leader, vote, n, team } = outcome
  if (team === null || vote === 'tied') return []
  const right = Math.round(team.value * n)
  const all = Math.round(n)
  const questions = `${all} ${all === 1 ? 'question' : 'questions'}`
  return vote === 'wrong'
    ? [`The ${leader} leader is right on ${right} of the ${questions} that the vote gets wrong.`]
    : [`The ${leader} leader loses ${all - right} of the ${questions} that the vote gets right.`]
}

export function strataSection({ strata }: ReportPart, layout: Layout): ReportSection | null {
  const last = strata.at(-1)
  if (last === undefined) return null
  const vote: Line = {
    label: 'vote',
    colour: third,
    points: last.strata.flatMap(({ k, vote: y }) => (y === null ? [] : [{ x: k, y, low: y, high: y }])),
  }
  const lines = strata.flatMap(({ leader, strata: own }, l) =>
    (['team', 'alone'] as const).map((id): Line => ({
      label: id === 'team' ? `${leader} + team` : `${leader} alone`,
      colour: id === 'team' ? leaderColour(l, strata.length) : aloneColour(l, strata.length),
      points: own.flatMap(({ k, [id]: share }) => (share === null ? [] : [{ x: k, ...point(share) }])),
    })),
  )
  return {
    ...{ id: 'right-peers', title: 'By number of right peers', words: [] },
    figure: lineFigure({
      ...{ name: 'Accuracy by number of right peers', lines: [...lines, vote] },
      ...{ xName: 'right peers in round 0', scale: 'linear', layout },
    }),
    note: 'Rare numbers are filled up with more questions; the total counts each number by how often it occurs.',
    tables: [
      {
        name: 'By number of right peers',
        head: ['leader', 'k', 'n', 'of all questions', '+ team', 'alone', 'vote'],
        rows: strata.flatMap(({ leader, strata: own, total }) => [
          ...own.map(({ k, n, naturalShare, team, alone, vote: share }) => [
            ...[leader, String(k), count(n), percent(naturalShare)],
            ...[interval(team), interval(alone), known(share)],
          ]),
          [leader, 'total', '', '', interval(total.team), interval(total.alone), interval(total.vote)],
        ]),
      },
    ],
  }
}

/** null with one round. */
export function roundsSection({ rows, strata }: ReportPart, layout: Layout): ReportSection | null {
  const curves = strata.map(({ leader }) => ({ leader, rounds: roundsOf(rows, leader) }))
  if (curves.every(({ rounds }) => rounds.length < 2)) return null
  const lines = curves.map(({ leader, rounds }, l): Line => ({
    label: `${leader} + team`,
    colour: leaderColour(l, strata.length),
    points: rounds.map(({ share }, round) => ({ x: round, ...point(share) })),
  }))
  const figure = { name: 'Accuracy by round', lines, xName: 'round', scale: 'linear', layout } as const
  return {
    ...{ id: 'rounds', title: 'Round by round', words: [] },
    figure: lineFigure(figure),
    note: 'The leader after each round. From one round to the next the peers read what it wrote, and may change their minds.',
    tables: [
      {
        name: 'Rounds',
        head: ['leader', 'round', 'n', '%', 'low', 'high', 'generations so far'],
        rows: curves.flatMap(({ leader, rounds }) =>
          rounds.map(({ n, share, cost }, round) => [
            ...[leader, String(round), count(n), ...shareCells(share), count(cost?.generations)],
          ]),
        ),
      },
    ],
  }
}

function roundsOf(rows: readonly ReportRow[], leader: string): ReportRow[] {
  const prefix = `${leader}/team/`
  const early = rows.filter(({ id }) => id.startsWith(prefix) && /^\d+$/.test(id.slice(prefix.length)))
  return [...early, ...rows.filter(({ id }) => id === `${leader}/team`)]
}

export function costSection({ rows, strata }: ReportPart, layout: Layout): ReportSection | null {
  const isMain = isMainIn(strata)
  const priced = rows.flatMap((row) =>
    (row.cost?.processedTokens ?? 0) === 0 || row.cost === null ? [] : [{ ...row, cost: row.cost }],
  )
  if (priced.length === 0) return null
  const marks = priced.map(({ id, label, share, cost }) => ({
    ...{ label, x: cost.processedTokens, y: share.value, colour: isMain(id) ? lead : soft },
  }))
  return {
    ...{ id: 'cost', title: 'What accuracy costs', words: [] },
    figure: pointFigure({
      name: 'Accuracy against processed tokens',
      marks,
      xName: 'processed tokens per question',
      layout,
    }),
    note: 'Up and to the left is better: more right answers for fewer tokens that went through a model.',
    tables: [
      {
        name: 'Costs',
        head: ['number', 'row', '%', 'processed tokens', 'written tokens', 'generations'],
        rows: priced.map(({ label, share, cost }, i) => [
          ...[String(i + 1), label, percent(share.value)],
          ...[cost.processedTokens, cost.generatedTokens, cost.generations].map(count),
        ]),
      },
    ],
  }
}

function point({ value, low, high }: Share) {
  return { y: value, low, high }
}
