/** What a sweep found, cell by cell: means over seeds, as a Markdown table and as a figure (SVG). */
import { mean, tInterval, wilson, type Interval } from './statistics.ts'
import type { Evaluation } from './stages.ts'
import type { Sweep } from './sweep.ts'

/** One run: a cell with a seed, evaluated after its last step in one decoding. */
export interface SweepRun {
  readonly cell: string
  readonly seed: number
  readonly evaluation: Pick<Evaluation, 'n' | 'decoding' | 'leaderTeam' | 'leaderAlone' | 'majority'>
}

type Decoding = Evaluation['decoding']
type Measure = 'leaderTeam' | 'leaderAlone' | 'majority'

interface CellSummary {
  readonly label: string
  /** [seed] */
  readonly values: readonly number[]
  readonly interval: Interval
}

export function sweepTable(sweep: Sweep, runs: readonly SweepRun[]): string {
  const head = ['settings', 'decoding', 'seeds', 'leader + team', 'leader alone', 'vote', 'over the vote']
  const rows = sweep.cells.flatMap(({ id, label }) =>
    decodingsIn(runs).flatMap((decoding) => {
      const own = ofCell(runs, { id, decoding })
      if (own.length === 0) return []
      const cell = (measure: Measure) => intervalText(overSeeds(own, measure))
      const gains = own.map(({ evaluation: { leaderTeam, majority } }) => leaderTeam.value - majority.value)
      return [
        [
          ...[label, decoding, String(own.length)],
          ...[cell('leaderTeam'), cell('leaderAlone'), cell('majority')],
          points(mean(gains)),
        ],
      ]
    }),
  )
  return [
    ...[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`),
    '',
    'In %: mean over seeds with its 95 % t interval; of one seed with the 95 % interval over questions (Wilson). These ' +
      'are estimates, not tests.',
  ].join('\n')
}

/** Dots are seeds, bars are intervals, the dashed line is the vote. */
export function sweepFigure(sweep: Sweep, runs: readonly SweepRun[]): string {
  const [decoding = 'sampled'] = decodingsIn(runs)
  const cells = sweep.cells.flatMap(({ id, label }): (CellSummary & { vote: number })[] => {
    const own = ofCell(runs, { id, decoding })
    if (own.length === 0) return []
    const values = own.map(({ evaluation }) => evaluation.leaderTeam.value)
    const vote = mean(own.map(({ evaluation }) => evaluation.majority.value))
    return [{ label, values, interval: overSeeds(own, 'leaderTeam'), vote }]
  })
  const [left, top, row, width] = [260, 44, 30, 420]
  const all = cells.flatMap(({ values, interval, vote }) => [...values, interval.low, interval.high, vote])
  const low = Math.max(0, Math.floor(Math.min(...all, 1) * 20) / 20)
  const high = Math.min(1, Math.ceil(Math.max(...all, 0) * 20) / 20)
  const x = (value: number) => (left + (width * (clamp(value) - low)) / Math.max(0.05, high - low)).toFixed(1)
  const bottom = top + row * cells.length
  const ticks = [low, (low + high) / 2, high]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + width + 40} ${bottom + 40}" role="img" font-family="sans-serif" font-size="13">`,
    `<title>${escaped(`${sweep.name}: leader and team (${decoding}), by settings`)}</title>`,
    `<rect width="100%" height="100%" fill="white"/>`,
    `<text x="16" y="24" font-weight="600">${escaped(`${sweep.name}: leader + team, % right (${decoding})`)}</text>`,
    ...ticks.map(
      (tick) =>
        `<path d="M${x(tick)} ${top}V${bottom}" stroke="#ddd"/><text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${points(tick)}</text>`,
    ),
    ...cells.map(({ label, values, interval, vote }, i) => {
      const y = top + row * (i + 0.5)
      return [
        `<text x="${left - 12}" y="${y + 4}" text-anchor="end">${escaped(label)}</text>`,
        `<path d="M${x(vote)} ${y - row / 2}V${y + row / 2}" stroke="#555" stroke-dasharray="3 3"/>`,
        `<path d="M${x(interval.low)} ${y}H${x(interval.high)}" stroke="#1f5fbf" stroke-width="2"/>`,
        ...values.map(
          (value) =>
            `<circle cx="${x(value)}" cy="${y}" r="3" fill="white" stroke="#1f5fbf" stroke-width="1.5"/>`,
        ),
        `<circle cx="${x(interval.estimate)}" cy="${y}" r="4.5" fill="#1f5fbf"/>`,
      ].join('')
    }),
    '</svg>',
    '',
  ].join('\n')
}

function ofCell(
  runs: readonly SweepRun[],
  { id, decoding }: { readonly id: string; readonly decoding: Decoding },
): readonly SweepRun[] {
  return runs.filter(({ cell, evaluation }) => cell === id && evaluation.decoding === decoding)
}

function decodingsIn(runs: readonly SweepRun[]): readonly Decoding[] {
  return (['sampled', 'greedy'] as const).filter((decoding) =>
    runs.some(({ evaluation }) => evaluation.decoding === decoding),
  )
}

/** Over seeds, or of the only one over questions. Not empty. */
function overSeeds(runs: readonly SweepRun[], measure: Measure): Interval {
  const [first] = runs
  const values = runs.map(({ evaluation }) => evaluation[measure].value)
  if (first === undefined || runs.length > 1) return tInterval(values)
  const { n } = first.evaluation
  return wilson(first.evaluation[measure].value * n, n)
}

function intervalText({ estimate, low, high }: Interval): string {
  return `${points(estimate)} [${points(low)}, ${points(high)}]`
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share))
}

function points(share: number): string {
  return (100 * share).toFixed(1)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
