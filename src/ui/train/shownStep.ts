/**
 * Which step is laid out. While a run goes fast the page shows the last whole step, so that text can be read instead of
 * flickering; when it is paused, and when steps are slow, it shows the step in
 * progress. A step that somebody has opened stays, until they go back to the present.
 */
import { totalMs } from './step.ts'
import type { StepData } from './step.ts'
import type { TrainState } from './trainStore.ts'

/** Steps slower than this can be followed stage by stage. */
const followMs = 6000

export function shownStep({
  run,
  current,
  whole,
  opened,
  kept,
}: Pick<TrainState, 'run' | 'current' | 'whole' | 'opened' | 'kept'>): StepData | null {
  if (opened !== null) return kept.get(opened)
  if (run?.mode === 'running' && whole !== null && totalMs(whole) < followMs) return whole
  return current
}
