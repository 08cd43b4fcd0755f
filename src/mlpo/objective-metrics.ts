/**
 * The objective's metrics under TRL's keys, from the terms of all rows of a batch (concatenate micro-batches first):
 * `kl`, `clip_ratio/{low,high,region}_mean`, `clip_ratio/low_min`, `clip_ratio/high_max`, `cispo_clip_ratio`,
 * `vespo/phi_seq_mean`. Means are over tokens, at sequence level over rows, as in TRL 1.16.
 */
import type { Clipped } from './loss-types.ts'
import type { ObjectiveSettings, RowTerms } from './objective.ts'

export function objectiveMetrics(
  rows: readonly RowTerms[],
  settings: Pick<ObjectiveSettings, 'beta' | 'loss_type' | 'importance_sampling_level'>,
): Record<string, number> {
  return { ...klMetrics(rows, settings), ...clipMetrics(rows, settings) }
}

function klMetrics(rows: readonly RowTerms[], { beta }: { readonly beta: number }): Record<string, number> {
  if (beta === 0) return {}
  let sum = 0
  for (const row of rows) for (const kl of row.kl) sum += kl
  return { kl: sum / Math.max(countingTokens(rows), 1) }
}

function clipMetrics(
  rows: readonly RowTerms[],
  { loss_type, importance_sampling_level }: Parameters<typeof objectiveMetrics>[1],
): Record<string, number> {
  const bySequence = importance_sampling_level === 'sequence'
  const share = (sides: readonly Clipped[]) => clippedShare(rows, { sides, bySequence })
  switch (loss_type) {
    case 'sapo':
      return {}
    case 'vespo':
      return { 'vespo/phi_seq_mean': rows.reduce((sum, row) => sum + row.phi, 0) / Math.max(rows.length, 1) }
    case 'cispo':
      return { cispo_clip_ratio: share(['high']) }
    default: {
      const perRow = (side: Clipped) =>
        rows
          .filter((row) => bySequence || (!row.masked && row.ratio.length > 0))
          .map((row) => clippedShare([row], { sides: [side], bySequence }))
      return {
        'clip_ratio/low_mean': share(['low']),
        'clip_ratio/high_mean': share(['high']),
        'clip_ratio/region_mean': share(['low', 'high']),
        'clip_ratio/low_min': perRow('low').reduce((a, b) => Math.min(a, b), 1),
        'clip_ratio/high_max': perRow('high').reduce((a, b) => Math.max(a, b), 0),
      }
    }
  }
}

/** Of tokens; at sequence level of rows, where a row is clipped when its ratio is. */
function clippedShare(
  rows: readonly RowTerms[],
  { sides, bySequence }: { sides: readonly Clipped[]; bySequence: boolean },
): number {
  const hit = (side: Clipped | undefined) => side !== undefined && side !== null && sides.includes(side)
  if (bySequence) return rows.filter((row) => hit(row.clipped[0])).length / Math.max(rows.length, 1)
  let count = 0
  for (const row of rows) count += row.clipped.filter(hit).length
  return count / Math.max(countingTokens(rows), 1)
}

function countingTokens(rows: readonly RowTerms[]): number {
  return rows.reduce((sum, row) => sum + (row.masked ? 0 : row.ratio.length), 0)
}
