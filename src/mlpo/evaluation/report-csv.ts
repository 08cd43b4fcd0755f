/** Every number of a report as one long table, a line each, for a spreadsheet or a data frame. */
import { csvText } from '../../common/csv.ts'
import type { Share } from '../stages.ts'
import type { Cost } from './cost.ts'
import type { EvaluationReport, ReportPart } from './report.ts'

const columns = [
  ...['section', 'seed', 'decoding', 'leader', 'id', 'label', 'k', 'n', 'value', 'low', 'high'],
  ...['generations', 'generated_tokens', 'processed_tokens', 'milliseconds', 'p', 'p_adjusted'],
] as const

type Line = Partial<Record<(typeof columns)[number], string | number | null>>

export function reportCsv({ parts }: EvaluationReport): string {
  const lines = parts.flatMap((part) =>
    partLines(part).map((line): Line => ({ seed: part.seed, decoding: part.decoding, ...line })),
  )
  return csvText(columns, lines)
}

function partLines(part: ReportPart): Line[] {
  return [
    ...part.rows.map(({ id, label, n, share, cost }): Line => ({
      ...{ section: 'row', id, label, n },
      ...shareCells(share),
      ...costCells(cost),
    })),
    ...part.contrasts.map(({ id, label, difference, test }): Line => ({
      ...{ section: 'contrast', id, label },
      ...shareCells(difference),
      ...{ p: test?.p ?? null, p_adjusted: test?.adjusted ?? null },
    })),
    ...part.families.flatMap(familyLines),
    ...part.strata.flatMap(strataLines),
    ...part.againstVote.flatMap(({ leader, outcomes }) =>
      outcomes.flatMap(({ vote, n, oracle, ...shares }): Line[] => [
        ...(['team', 'alone'] as const).map((id): Line => {
          const share = shares[id]
          const cells = share === null ? {} : shareCells(share)
          return { section: `vote ${vote}`, leader, id, n, ...cells }
        }),
        { section: `vote ${vote}`, leader, id: 'oracle', n, value: oracle },
      ]),
    ),
    ...part.behaviour.flatMap(behaviourLines),
    ...part.probes.flatMap(({ leader, name, label, n, ...shares }) =>
      (['team', 'change', 'alone', 'vote', 'router'] as const).map((id): Line => ({
        ...{ section: `probe/${name}`, leader, id, label, n },
        ...shareCells(shares[id]),
      })),
    ),
    ...part.peersWorth.flatMap(worthLines),
    ...part.many.flatMap(({ leader, prompt, n, points }) =>
      points.map(({ k, share }): Line => ({
        section: 'pass@k',
        leader,
        id: prompt,
        k,
        n,
        ...shareCells(share),
      })),
    ),
    { section: 'made', id: 'all', ...costCells(part.made) },
  ]
}

function familyLines({ family, n, vote, table, peers, leaders }: ReportPart['families'][number]): Line[] {
  const line = (id: string, value: number, leader: string | null = null): Line => {
    return { section: 'family', leader, id, label: family, n, value }
  }
  return [
    line('vote', vote),
    line('table', table),
    ...peers.map((value, peer) => line(`peer/${peer}`, value)),
    ...leaders.flatMap(({ name, team, alone }) => [line('team', team, name), line('alone', alone, name)]),
  ]
}

function strataLines({ leader, strata, total }: ReportPart['strata'][number]): Line[] {
  const ids = ['team', 'alone'] as const
  return [
    ...strata.flatMap(({ k, n, naturalShare, vote, ...shares }) => [
      ...ids.map((id): Line => {
        const share = shares[id]
        return { section: 'right peers', leader, id, k, n, ...(share === null ? {} : shareCells(share)) }
      }),
      { section: 'right peers', leader, id: 'vote', k, n, value: vote },
      { section: 'right peers', leader, id: 'natural share', k, n, value: naturalShare },
    ]),
    ...(['team', 'alone', 'vote'] as const).map((id): Line => ({
      ...{ section: 'right peers, reweighted', leader, id },
      ...shareCells(total[id]),
    })),
  ]
}

function behaviourLines({ leader, copyRates, ...values }: ReportPart['behaviour'][number]): Line[] {
  return [
    ...Object.entries(values).map(([id, value]): Line => ({ section: 'behaviour', leader, id, value })),
    ...copyRates.map((value, peer): Line => ({
      section: 'behaviour',
      leader,
      id: `copyRate/${peer}`,
      value,
    })),
  ]
}

function worthLines({ leader, n, subsets, shapley, replaced }: ReportPart['peersWorth'][number]): Line[] {
  return [
    ...(subsets ?? []).map((value, set): Line => ({ section: 'subset', leader, id: `${set}`, n, value })),
    ...(shapley ?? []).map((value, peer): Line => ({
      section: 'shapley',
      leader,
      id: `peer/${peer}`,
      n,
      value,
    })),
    ...replaced.flatMap(({ changed, loss }, peer): Line[] => [
      { section: 'replaced', leader, id: `peer/${peer}/changed`, n, value: changed },
      { section: 'replaced', leader, id: `peer/${peer}/loss`, n, ...shareCells(loss) },
    ]),
  ]
}

function shareCells({ value, low, high }: Share): Line {
  return { value, low, high }
}

function costCells(cost: Cost | null): Line {
  if (cost === null) return {}
  const { generations, generatedTokens, processedTokens, milliseconds } = cost
  return { generations, generated_tokens: generatedTokens, processed_tokens: processedTokens, milliseconds }
}
