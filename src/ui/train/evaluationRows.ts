/** Evaluations as rows of a metric log, for their chart. */
import type { Evaluation, Metrics } from '../../mlpo/stages.ts'

/** One row a step for the chart; where both decodings were evaluated, the sampled one. */
export function evaluationRows(
  evaluations: readonly Evaluation[],
): readonly { readonly step: number; readonly metrics: Metrics }[] {
  const sampled = evaluations.filter(({ decoding }) => decoding === 'sampled')
  return (sampled.length > 0 ? sampled : evaluations).map((evaluation) => ({
    step: evaluation.step,
    metrics: {
      team: evaluation.leaderTeam.value,
      team_low: evaluation.leaderTeam.low,
      team_high: evaluation.leaderTeam.high,
      alone: evaluation.leaderAlone.value,
      vote: evaluation.majority.value,
      best_peer: evaluation.bestPeer.value,
      oracle: evaluation.oracle.value,
    },
  }))
}
