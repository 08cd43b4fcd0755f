/**
 * The report as one page that needs nothing else: figures inline, tables behind them, light and dark, no script and no
 * request. Several seeds are shown as their mean with Student's t interval; report.json and rows.csv have each.
 */
import type { Share } from '../stages.ts'
import { dotFigure, escaped, lineFigure, percent, type Dot, type Line } from './figures.ts'
import { partsOverSeeds } from './over-seeds.ts'
import { reportStyle } from './report-style.ts'
import type { Claim, Decoding, EvaluationReport, ReportPart } from './report.ts'

export function reportHtml(report: EvaluationReport): string {
  const body = [
    `<h1>${escaped(report.title)}</h1>`,
    setupSection(report),
    ...partsOverSeeds(report).flatMap((part) => [
      `<h2 id="${part.decoding}">${decodingNames[part.decoding]}</h2>`,
      claimsSection(report.claims.filter(({ decoding }) => decoding === part.decoding)),
      rowsSection(part),
      strataSection(part),
      probesSection(part),
      worthSection(part),
      passSection(part),
      behaviourSection(part),
      familiesSection(part),
    ]),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(report.title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
${body.filter((part) => part !== '').join('\n')}
</main>
</body>
</html>
`
}

const decodingNames: Readonly<Record<Decoding, string>> = { greedy: 'Greedy', sampled: 'Temperature 1' }

function setupSection({ setup, command }: EvaluationReport): string {
  const { split, leader, peers, rounds, seeds, sizes, leftOut } = setup
  const facts: readonly (readonly [string, string])[] = [
    ['Questions', `${sizes.questions} of the ${split} split per seed`],
    ['Seeds', seeds.join(', ')],
    ['Team', `${leader} with ${peers.join(', ')}; ${rounds === 1 ? '1 round' : `${rounds} rounds`}`],
    ['Runs', `${sizes.runs} of each question at temperature 1, 1 greedy`],
    ...(command === null ? [] : [['Remade by', command] as const]),
  ]
  return (
    `<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>` +
    `<p>Shares are percentages with 95 % intervals. Left out:</p>` +
    `<ul>${leftOut.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>`
  )
}

function claimsSection(claims: readonly Claim[]): string {
  const dots = claims.map(({ label, mean, spread, seeds, verdict }): Dot => {
    const { low, high } = spread ?? seeds[0]?.difference ?? { low: mean, high: mean }
    return { label, value: mean, low, high, colour: verdict === null ? soft : lead }
  })
  return section('How far the leader with its team is ahead', {
    figure: dotFigure({ name: 'Differences in points with intervals', dots, unit: 'points' }),
    note:
      'In points, paired over questions. In colour, tested: two-sided sign-flip test, corrected by Holm over all tests of ' +
      'a seed; a claim holds if it does in each of at least five seeds. The others, in grey, are estimates.',
    head: ['difference', 'points', 'low', 'high', 'corrected p by seed', 'verdict'],
    rows: claims.map(({ label, mean, spread, seeds, verdict }, i) => [
      label,
      percent(mean),
      known(spread?.low ?? dots[i]?.low),
      known(spread?.high ?? dots[i]?.high),
      seeds.map(({ adjusted }) => (adjusted === null ? '–' : adjusted.toPrecision(2))).join(', '),
      verdict ?? 'estimate',
    ]),
  })
}

function rowsSection({ rows, strata }: ReportPart): string {
  const main = strata.at(-1)?.leader ?? ''
  const colour = (id: string) => (id.startsWith(`${main}/`) ? lead : soft)
  const dots = rows
    .map(({ id, label, share }): Dot => ({ label, ...share, colour: colour(id) }))
    .sort((a, b) => b.value - a.value)
  return section('Every row', {
    figure: dotFigure({ name: 'Accuracy of every row with intervals', dots, unit: 'share' }),
    note: 'Costs are per question. Processed tokens count prompts and completions of every generation.',
    head: ['row', 'n', '%', 'low', 'high', 'generations', 'written tokens', 'processed tokens', 'ms'],
    rows: rows.map(({ label, n, share, cost }) => [
      ...[label, count(n), ...shareCells(share)],
      ...[cost?.generations, cost?.generatedTokens, cost?.processedTokens, cost?.milliseconds].map(count),
    ]),
  })
}

function strataSection({ strata }: ReportPart): string {
  const last = strata.at(-1)
  if (last === undefined) return ''
  const vote: Line = {
    label: 'vote',
    colour: third,
    points: last.strata.flatMap(({ k, vote: y }) => (y === null ? [] : [{ x: k, y, low: y, high: y }])),
  }
  const lines = strata.flatMap(({ leader, strata: own }, l) =>
    (['team', 'alone'] as const).map((id): Line => ({
      label: id === 'team' ? `${leader} + team` : `${leader} alone`,
      colour: (id === 'team' ? colours[l] : dim[l]) ?? soft,
      points: own.flatMap(({ k, [id]: share }) => (share === null ? [] : [{ x: k, ...point(share) }])),
    })),
  )
  return section('By number of right peers', {
    figure: lineFigure({
      ...{ name: 'Accuracy by number of right peers', lines: [...lines, vote] },
      ...{ xName: 'right peers in round 0', scale: 'linear' },
    }),
    note: 'Rare numbers are filled up with more questions; the total counts each number by how often it occurs.',
    head: ['leader', 'k', 'n', 'of all questions', '+ team', 'alone', 'vote'],
    rows: strata.flatMap(({ leader, strata: own, total }) => [
      ...own.map(({ k, n, naturalShare, team, alone, vote: share }) => [
        ...[leader, String(k), count(n), percent(naturalShare)],
        ...[interval(team), interval(alone), known(share)],
      ]),
      [leader, 'total', '', '', interval(total.team), interval(total.alone), interval(total.vote)],
    ]),
  })
}

function probesSection({ probes, strata }: ReportPart): string {
  const main = strata.at(-1)?.leader
  const own = probes.filter(({ leader }) => leader === main)
  const dots = own.map(({ label, team, vote, router }): Dot => ({
    ...{ label, ...team, colour: lead },
    marks: [vote.value, router.value],
  }))
  return section('Controls and robustness', {
    figure: dotFigure({ name: 'Accuracy under every condition', dots, unit: 'share' }),
    note:
      'Ring: the vote; cross: the table family → seat. Proposals of another question may lift a leader to what it knows alone and three points, not above: more would be ' +
      'knowledge that does not come from this team. A liar ends with a wrong answer of its own or of another peer.',
    head: ['leader', 'condition', 'kind', 'n', '+ team', 'against its own team', 'alone', 'vote', 'table'],
    rows: probes.map(({ leader, label, kind, n, team, change, alone, vote, router }) => [
      ...[leader, label, kind, count(n), interval(team), interval(change)],
      ...[interval(alone), interval(vote), interval(router)],
    ]),
  })
}

function worthSection({ peersWorth }: ReportPart): string {
  const rows = peersWorth.flatMap(({ leader, n, shapley, replaced }) =>
    replaced.map(({ changed, loss }, peer) => [
      ...[leader, `peer ${peer + 1}`, count(n), known(shapley?.[peer])],
      ...[percent(changed), interval(loss)],
    ]),
  )
  const subsets = peersWorth.flatMap(({ leader, subsets: own }) =>
    (own ?? []).map((value, set) => [leader, membersOf(set), percent(value)]),
  )
  const dots = peersWorth.flatMap(({ leader, shapley }, l) =>
    (shapley ?? []).map((value, peer): Dot => ({
      ...{ label: `${leader}: peer ${peer + 1}`, value, low: value, high: value },
      colour: colours[l] ?? soft,
    })),
  )
  const head = ['leader', 'peer', 'n', 'Shapley value', 'other answer when replaced', 'lost when replaced']
  const note = 'Shapley values, in points, add up to the team’s gain over the leader alone.'
  const figure = dotFigure({ name: 'Shapley value of each peer in points', dots, unit: 'points' })
  return section('What each peer is worth', {
    ...{ figure, note, head, rows },
    more: subsets.length === 0 ? '' : table(['leader', 'peers that speak', '%'], subsets),
  })
}

function passSection({ many, strata }: ReportPart): string {
  if (many.length === 0) return ''
  const lines = many.map(({ leader, prompt, points }): Line => {
    const l = strata.findIndex((own) => own.leader === leader)
    return {
      label: prompt === 'team' ? `${leader} + team` : `${leader} alone`,
      colour: (prompt === 'team' ? colours[l] : dim[l]) ?? soft,
      points: points.map(({ k, share }) => ({ x: k, ...point(share) })),
    }
  })
  return section('pass@k', {
    figure: lineFigure({ name: 'pass@k', lines, xName: 'k samples', scale: 'log' }),
    note: 'Chance that at least one of k samples is right, the team’s proposals fixed. Estimated without bias.',
    head: ['leader', 'prompt', 'k', 'n', '%', 'low', 'high'],
    rows: many.flatMap(({ leader, prompt, n, points }) =>
      points.map(({ k, share }) => [leader, prompt, String(k), count(n), ...shareCells(share)]),
    ),
  })
}

function behaviourSection({ behaviour }: ReportPart): string {
  const rows: readonly (readonly [string, (own: ReportPart['behaviour'][number]) => string])[] = [
    ...(behaviour[0]?.copyRates ?? []).map(
      (_, peer) =>
        [
          `gives peer ${peer + 1}’s answer where it stands alone`,
          (own: { copyRates: readonly (number | null)[] }) => known(own.copyRates[peer]),
        ] as const,
    ),
    ['overrules a unique plurality', ({ overruleRate }) => known(overruleRate)],
    ['… and is right then', ({ overruleRight }) => known(overruleRight)],
    [
      'takes right answers rather than wrong ones, within a family',
      ({ discrimination }) => known(discrimination),
    ],
    ['answers that can be read', ({ readable }) => percent(readable)],
    ['thoughts that end with an answer', ({ thoughtEntails }) => percent(thoughtEntails)],
    ['… which is the one given', ({ thoughtConsistent }) => known(thoughtConsistent)],
    ['tokens of its last completion', ({ leaderTokens }) => leaderTokens.toFixed(1)],
  ]
  return `<section><h3>What the leader does</h3>${table(
    ['', ...behaviour.map(({ leader }) => leader)],
    rows.map(([name, value]) => [name, ...behaviour.map(value)]),
  )}</section>`
}

function familiesSection({ families }: ReportPart): string {
  const [first] = families
  if (first === undefined) return ''
  const leaders = first.leaders.flatMap(({ name }) => [`${name} + team`, `${name} alone`])
  const peers = first.peers.map((_, peer) => `peer ${peer + 1}`)
  return `<section><h3>By family</h3>${table(
    ['family', 'n', ...leaders, 'vote', 'table', ...peers],
    families.map(({ family, n, leaders: own, vote, table: believed, peers: alone }) => [
      ...[family, count(n), ...own.flatMap(({ team, alone: lonely }) => [percent(team), percent(lonely)])],
      ...[percent(vote), percent(believed), ...alone.map(percent)],
    ]),
  )}</section>`
}

const lead = 'var(--lead)'
const soft = 'var(--soft)'
/** By leader: the untrained one first. */
const colours: readonly string[] = [soft, lead]
const dim: readonly string[] = ['var(--soft-dim)', 'var(--lead-dim)']
const third = 'var(--third)'

function section(
  title: string,
  {
    figure,
    note,
    head,
    rows,
    more = '',
  }: {
    readonly figure: string
    readonly note: string
    readonly head: readonly string[]
    readonly rows: readonly (readonly string[])[]
    readonly more?: string
  },
): string {
  return (
    `<section><h3>${escaped(title)}</h3><figure>${figure}<figcaption>${escaped(note)}</figcaption></figure>` +
    `<details><summary>Table</summary>${table(head, rows)}${more}</details></section>`
  )
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? `<th scope="row">${escaped(cell)}</th>` : `<td>${escaped(cell)}</td>`))
      .join('')
  return (
    `<div class="wide"><table><thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr></thead>` +
    `<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</tbody></table></div>`
  )
}

function point({ value, low, high }: Share) {
  return { y: value, low, high }
}

function shareCells({ value, low, high }: Share): string[] {
  return [percent(value), percent(low), percent(high)]
}

function interval(share: Share | null): string {
  if (share === null) return '–'
  const { value, low, high } = share
  return `${percent(value)} [${percent(low)}, ${percent(high)}]`
}

function known(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : percent(share)
}

function count(value: number | undefined): string {
  if (value === undefined) return '–'
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}

function membersOf(set: number): string {
  const members = Array.from({ length: 32 }, (_, peer) => peer).filter((peer) => ((set >>> peer) & 1) === 1)
  return members.length === 0 ? 'none' : members.map((peer) => peer + 1).join(', ')
}
