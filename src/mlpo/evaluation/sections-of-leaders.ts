/** Sections about what a leader makes of its team: conditions, the worth of peers, pass@k, behaviour, families. */
import { count, interval, known, shareCells } from './cells.ts'
import { percent } from './figure-parts.ts'
import { dotFigure, lineFigure, type Dot, type Layout, type Line } from './figures.ts'
import type { ReportPart } from './report.ts'
import { aloneColour, lead, leaderColour } from './section-colours.ts'
import type { ReportSection } from './sections.ts'

export function probesSection({ probes, strata }: ReportPart, layout: Layout): ReportSection {
  const main = strata.at(-1)?.leader
  const own = probes.filter(({ leader }) => leader === main)
  const dots = own.map(({ label, team, vote, router }): Dot => ({
    ...{ label, ...team, colour: lead },
    marks: [vote.value, router.value],
  }))
  return {
    ...{ id: 'controls', title: 'Controls and robustness', words: [] },
    figure: dotFigure({ name: 'Accuracy under every condition', dots, unit: 'share', layout }),
    note:
      'Ring: the vote; cross: the table family → seat. Proposals of another question may lift a leader to what it knows alone and three points, not above: more would be ' +
      'knowledge that does not come from this team. A liar ends with a wrong answer of its own or of another peer.',
    tables: [
      {
        name: 'Conditions',
        head: [
          'leader',
          'condition',
          'kind',
          'n',
          '+ team',
          'against its own team',
          'alone',
          'vote',
          'table',
        ],
        rows: probes.map(({ leader, label, kind, n, team, change, alone, vote, router }) => [
          ...[leader, label, kind, count(n), interval(team), interval(change)],
          ...[interval(alone), interval(vote), interval(router)],
        ]),
      },
    ],
  }
}

export function worthSection({ peersWorth }: ReportPart, layout: Layout): ReportSection {
  const dots = peersWorth.flatMap(({ leader, shapley }, l) =>
    (shapley ?? []).map((value, peer): Dot => ({
      ...{ label: `${leader}: peer ${peer + 1}`, value, low: value, high: value },
      colour: leaderColour(l, peersWorth.length),
    })),
  )
  const subsets = peersWorth.flatMap(({ leader, subsets: own }) =>
    (own ?? []).map((value, set) => [leader, membersOf(set), percent(value)]),
  )
  const worth = {
    name: 'Peers',
    head: ['leader', 'peer', 'n', 'Shapley value', 'other answer when replaced', 'lost when replaced'],
    rows: peersWorth.flatMap(({ leader, n, shapley, replaced }) =>
      replaced.map(({ changed, loss }, peer) => [
        ...[leader, `peer ${peer + 1}`, count(n), known(shapley?.[peer])],
        ...[percent(changed), interval(loss)],
      ]),
    ),
  }
  const figure = { name: 'Shapley value of each peer in points', dots, unit: 'points', layout } as const
  return {
    ...{ id: 'peers', title: 'What each peer is worth', words: [] },
    figure: dots.length === 0 ? null : dotFigure(figure),
    note: 'Shapley values, in points, add up to the team’s gain over the leader alone.',
    tables: [
      worth,
      ...(subsets.length === 0
        ? []
        : [{ name: 'Sets of peers', head: ['leader', 'peers that speak', '%'], rows: subsets }]),
    ],
  }
}

export function passSection({ many, strata }: ReportPart, layout: Layout): ReportSection | null {
  if (many.length === 0) return null
  const lines = many.map(({ leader, prompt, points }): Line => {
    const l = strata.findIndex((own) => own.leader === leader)
    return {
      label: prompt === 'team' ? `${leader} + team` : `${leader} alone`,
      colour: (prompt === 'team' ? leaderColour : aloneColour)(l, strata.length),
      points: points.map(({ k, share: { value, low, high } }) => ({ x: k, y: value, low, high })),
    }
  })
  return {
    ...{ id: 'pass-at-k', title: 'pass@k', words: [] },
    figure: lineFigure({ name: 'pass@k', lines, xName: 'k samples', scale: 'log', layout }),
    note: 'Chance that at least one of k samples is right, the team’s proposals fixed. Estimated without bias.',
    tables: [
      {
        name: 'pass@k',
        head: ['leader', 'prompt', 'k', 'n', '%', 'low', 'high'],
        rows: many.flatMap(({ leader, prompt, n, points }) =>
          points.map(({ k, share }) => [leader, prompt, String(k), count(n), ...shareCells(share)]),
        ),
      },
    ],
  }
}

type Behaviour = ReportPart['behaviour'][number]

export function behaviourSection({ behaviour }: ReportPart): ReportSection {
  const rows: readonly (readonly [string, (own: Behaviour) => string])[] = [
    ...(behaviour[0]?.copyRates ?? []).map(
      (_, peer) =>
        [
          `gives peer ${peer + 1}’s answer where it stands alone`,
          (own: Behaviour) => known(own.copyRates[peer]),
        ] as const,
    ),
    ['overrules a unique plurality', ({ overruleRate }) => known(overruleRate)],
    ['… and is right then', ({ overruleRight }) => known(overruleRight)],
    [
      'takes right answers rather than wrong ones, within a family',
      ({ discrimination }) => known(discrimination),
    ],
    ['answers that can be read', ({ readable }) => percent(readable)],
    ['thoughts of which something can be checked', ({ thoughtsChecked }) => percent(thoughtsChecked)],
    ['… and that lead to the answer', ({ thoughtConsistent }) => known(thoughtConsistent)],
    ['tokens of its last completion', ({ leaderTokens }) => leaderTokens.toFixed(1)],
  ]
  return {
    ...{ id: 'behaviour', title: 'What the leader does', figure: null, words: [] },
    note: 'Shares in percent, on the first run of each question.',
    tables: [
      {
        name: 'Behaviour',
        head: ['what', ...behaviour.map(({ leader }) => leader)],
        rows: rows.map(([name, value]) => [name, ...behaviour.map(value)]),
      },
    ],
  }
}

export function familiesSection({ families }: ReportPart): ReportSection | null {
  const [first] = families
  if (first === undefined) return null
  const leaders = first.leaders.flatMap(({ name }) => [`${name} + team`, `${name} alone`])
  const peers = first.peers.map((_, peer) => `peer ${peer + 1}`)
  return {
    ...{ id: 'families', title: 'By family', figure: null, words: [] },
    note: 'Shares in percent. Table: family → peer, fitted on training questions.',
    tables: [
      {
        name: 'Families',
        head: ['family', 'n', ...leaders, 'vote', 'table', ...peers],
        rows: families.map(({ family, n, leaders: own, vote, table: believed, peers: alone }) => [
          ...[
            family,
            count(n),
            ...own.flatMap(({ team, alone: lonely }) => [percent(team), percent(lonely)]),
          ],
          ...[percent(vote), percent(believed), ...alone.map(percent)],
        ]),
      },
    ],
  }
}

function membersOf(set: number): string {
  const members = Array.from({ length: 32 }, (_, peer) => peer).filter((peer) => ((set >>> peer) & 1) === 1)
  return members.length === 0 ? 'none' : members.map((peer) => peer + 1).join(', ')
}
