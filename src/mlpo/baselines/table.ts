/** The comparison as a Markdown table: every method with its mean over seeds and what it costs, then the contrasts. */
import { mean, tInterval, wilson } from '../statistics.ts'
import type { ContrastResult } from './contrasts.ts'
import type { Way } from './method.ts'
import { methods } from './methods.ts'
import type { ResultLine, RunResult } from './result.ts'

/** Seeds in each of which a claim has to hold (MLPO §5). */
export const claimSeeds = 5

export function comparisonTable(runs: readonly RunResult[], contrasts: readonly ContrastResult[]): string {
  const head = [
    ...['method', 'decoding', 'seeds', 'with the team', 'alone'],
    ...['generations', 'generated tokens', 'processed tokens', 'training tokens'],
  ]
  const rows = methods.flatMap(({ name, label }) =>
    (['sampled', 'greedy'] as const).flatMap((decoding) => {
      const own = runs.filter((run) => run.method === name && run.decoding === decoding)
      return own.length === 0 ? [] : [[label, decoding, String(own.length), ...methodCells(own)]]
    }),
  )
  const seeds = new Set(runs.map(({ seed }) => seed)).size
  return [
    markdownTable([head, ...rows]),
    '',
    'Shares in %, as mean over seeds ± half of its 95 % t interval; of one seed the 95 % interval over questions ' +
      '(Wilson) stands in brackets. Costs are per question, with the team where there is one.',
    ...(seeds === 1 ? ['A single seed: nothing here is a claim.'] : []),
    ...(contrasts.length === 0 ? [] : ['', contrastTable(contrasts)]),
  ].join('\n')
}

function methodCells(runs: readonly RunResult[]): string[] {
  const costs = runs.flatMap(({ lines }) => lineOf(lines, 'team') ?? lineOf(lines, 'alone') ?? [])
  const cost = (of: (line: ResultLine) => readonly number[]) =>
    mean(costs.map((line) => mean(of(line)))).toFixed(1)
  const trained = mean(runs.map(({ train_tokens }) => train_tokens))
  return [
    shareCell(runs, 'team'),
    shareCell(runs, 'alone'),
    cost(({ generations }) => generations),
    cost(({ generated_tokens }) => generated_tokens),
    cost(({ processed_tokens }) => processed_tokens),
    trained === 0 ? '' : trained.toFixed(0),
  ]
}

function shareCell(runs: readonly RunResult[], way: Way): string {
  const all = runs.flatMap(({ lines }) => lineOf(lines, way) ?? [])
  const [first] = all
  if (first === undefined) return ''
  if (all.length > 1) return meanCell(all.map(({ scores }) => mean(scores)))
  const { scores } = first
  const { estimate, low, high } = wilson(
    scores.reduce((sum, score) => sum + score, 0),
    scores.length,
  )
  return `${points(estimate)} [${points(low)}, ${points(high)}]`
}

function lineOf(lines: readonly ResultLine[], way: Way): ResultLine | undefined {
  return lines.find((line) => line.way === way)
}

function contrastTable(contrasts: readonly ContrastResult[]): string {
  return markdownTable([
    ['contrast', 'decoding', 'points', 'by seed', 'largest p (Holm)', 'holds in every seed'],
    ...contrasts.map(({ label, decoding, seeds, mean: over, holds }) => [
      ...[label, decoding],
      seeds.length > 1 ? `${points(over.estimate)} ± ${points(over.high - over.estimate)}` : '',
      seeds
        .map(
          ({ difference: { estimate, low, high } }) =>
            `${points(estimate)} [${points(low)}, ${points(high)}]`,
        )
        .join('; '),
      Math.max(...seeds.map(({ p }) => p)).toPrecision(2),
      seeds.length < claimSeeds ? `fewer than ${claimSeeds} seeds` : holds ? 'yes' : 'no',
    ]),
  ])
}

/** "63.2 ± 1.1", in points. @param shares one per seed, 0 to 1 */
export function meanCell(shares: readonly number[]): string {
  const { estimate, high } = tInterval(shares)
  return Number.isFinite(high) ? `${points(estimate)} ± ${points(high - estimate)}` : points(estimate)
}

/** The first row is the head. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function points(share: number): string {
  return (100 * share).toFixed(1)
}
