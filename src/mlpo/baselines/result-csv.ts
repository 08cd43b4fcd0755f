/**
 * The comparison as two tables for a spreadsheet or a data frame: a line per method, seed and decoding with every figure
 * (shares from 0 to 1, costs per question), and a line per contrast, decoding and seed, with one over all seeds.
 */
import { csvText } from '../../common/csv.ts'
import type { ContrastResult } from './contrasts.ts'
import { methods } from './methods.ts'
import { resultRow, type RunResult } from './result.ts'
import { claimSeeds } from './table.ts'

const ways = ['team', 'alone'] as const
const figures = ['', '_low', '_high', '_generations', '_generated_tokens', '_processed_tokens'] as const
const rowColumns = [
  ...(['method', 'label', 'seed', 'decoding', 'split', 'n', 'steps', 'train_tokens'] as const),
  ...ways.flatMap((way) => figures.map((figure) => `${way}${figure}` as const)),
] as const

/** As the rows of `runs.jsonl`, with the name that tables show. */
export function runsCsv(runs: readonly RunResult[]): string {
  return csvText(
    rowColumns,
    runs.map((run) => {
      const label = methods.find(({ name }) => name === run.method)?.label ?? run.method
      return { label, ...resultRow(run) }
    }),
  )
}

const contrastColumns = [
  ...(['contrast', 'decoding', 'seed', 'seeds', 'difference', 'low', 'high', 'p_adjusted', 'holds'] as const),
] as const

/**
 * `seed` is "all" in the line over all seeds, whose interval is the t interval (empty with one seed), whose p is the
 * largest, and which alone says whether the contrast holds: "yes", "no", or nothing with fewer seeds than a claim needs.
 */
export function contrastsCsv(contrasts: readonly ContrastResult[]): string {
  return csvText(
    contrastColumns,
    contrasts.flatMap(({ label, decoding, seeds, mean, holds }) => {
      const head = { contrast: label, decoding, seeds: seeds.length }
      const enough = seeds.length >= claimSeeds
      return [
        ...seeds.map(({ seed, difference, p }) => ({
          ...head,
          ...{ seed, difference: difference.estimate, low: difference.low, high: difference.high },
          p_adjusted: p,
        })),
        {
          ...head,
          ...{ seed: 'all', difference: mean.estimate, low: finite(mean.low), high: finite(mean.high) },
          p_adjusted: Math.max(...seeds.map(({ p }) => p)),
          holds: enough ? (holds ? 'yes' : 'no') : null,
        },
      ]
    }),
  )
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
