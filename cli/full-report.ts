/** The report of a full evaluation as lines, for scripts and for people. */
import type { Decoding, EvaluationReport } from '../src/mlpo/evaluation/report.ts'
import { percent } from './report.ts'

/** One line per row and per claim. */
export function fullJson({ parts, claims }: EvaluationReport): string[] {
  return [
    ...parts.flatMap(({ seed, decoding, rows }) =>
      rows.map((row) => JSON.stringify({ row: { seed, decoding, ...row } })),
    ),
    ...claims.map((claim) => JSON.stringify({ claim })),
  ]
}

/** A table per seed and decoding, then a line per claim. */
export function fullText({ parts, claims }: EvaluationReport): string[] {
  const width = Math.max(...parts.flatMap(({ rows }) => rows.map(({ label }) => label.length)))
  const lines = parts.flatMap(({ seed, decoding, rows }) => [
    '',
    `Seed ${seed}, ${decodingNames[decoding]}`,
    ...rows.map(({ label, share: { value, low, high }, cost }) => {
      const tokens = cost === null ? '' : `${Math.round(cost.processedTokens)} tokens`
      const bounds = `[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`
      return `${label.padEnd(width)} ${percent(value).padStart(8)} ${bounds.padEnd(14)} ${tokens.padStart(12)}`
    }),
  ])
  return [
    ...lines,
    '',
    ...claims.map(
      ({ label, decoding, mean, seeds, verdict }) =>
        `${decodingNames[decoding]}, ${label}: ${points(mean)} over ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}` +
        (verdict === null ? '' : `, ${verdict}`),
    ),
  ]
}

const decodingNames: Readonly<Record<Decoding, string>> = { greedy: 'greedy', sampled: 'temperature 1' }

function points(difference: number): string {
  const size = Math.abs(100 * difference).toFixed(1)
  return size === '0.0' ? 'no difference' : `${difference < 0 ? '−' : '+'}${size} points`
}
