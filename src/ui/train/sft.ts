/** Phase 1 as far as it has come: its counts, the traces to read, and how far the adapter has learnt from them. Pure. */
import type { SftStage, SftState, Trace, TraceCounts } from '../../mlpo/sft-stages.ts'

export interface SftData {
  readonly counts: TraceCounts
  readonly traces: readonly Trace[]
  /** Questions still to be tried; null where that is not known yet. */
  readonly left: number | null
  /** Updates done, of how many (null before the first), and the last one's loss. */
  readonly step: number
  readonly steps: number | null
  readonly loss: number | null
}

const nothing: SftData = {
  counts: { prompts: 0, dropped: 0, kept: 0, merged: 0, rejected: {} },
  traces: [],
  left: null,
  step: 0,
  steps: null,
  loss: null,
}

export function withSftStage(data: SftData | null, stage: SftStage): SftData {
  const held = data ?? nothing
  switch (stage.stage) {
    case 'sft-sample':
      return held
    case 'sft-traces': {
      const made = stage.outcomes.flatMap((each) => ('trace' in each ? [each.trace] : []))
      return { ...held, counts: stage.counts, left: stage.left, traces: [...held.traces, ...made] }
    }
    case 'sft-loss':
      return { ...held, steps: stage.steps, loss: stage.loss }
    case 'sft-update':
      return { ...held, step: stage.step, steps: stage.steps }
  }
}

/** What a saved run knows of it. */
export function sftDataOf({ phase, counts, traces, step, history }: SftState): SftData {
  const loss = history.at(-1)?.metrics['loss'] ?? null
  const left = phase === 'traces' ? null : 0
  return { counts, traces, left, step, steps: phase === 'done' ? step : null, loss }
}
