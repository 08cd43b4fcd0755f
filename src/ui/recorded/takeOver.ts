/** What training needs to go on from a state of a recording; without a state it begins at the first step. Pure. */
import { metricsOf } from '../../mlpo/recording/play.ts'
import type { RecordedState, Recording } from '../../mlpo/recording/recording.ts'
import type { RunToTakeOver } from '../../workers/client-types.ts'

export function runAt(
  recording: Recording,
  {
    state,
    packed,
    runId,
  }: { readonly state: RecordedState | null; readonly packed: Uint8Array | null; readonly runId: string },
): RunToTakeOver {
  const { step, cursor, evaluatedAt } = state ?? { step: 0, cursor: 0, evaluatedAt: null }
  const evaluated = evaluatedAt ?? -1
  return {
    ...{ runId, config: recording.config, step, cursor, evaluatedAt, packed, adapter: null },
    steps: Array.from({ length: step }, (_, index) => ({
      step: index + 1,
      metrics: metricsOf(recording, index),
    })),
    evaluations: recording.evaluations.filter((evaluation) => evaluation.step <= evaluated),
    modules: (state ?? recording.states[0])?.modules ?? [],
  }
}
