/** Where a recording stands: a step and how many of its stages are shown. Pure. */
import { stageNames } from '../train/step.ts'

export interface Position {
  /** From 1. */
  readonly step: number
  /** Shown stages of it, 1 to 6. */
  readonly stages: number
}

export const start: Position = { step: 1, stages: 1 }

const all = stageNames.length

export function whole(step: number): Position {
  return { step, stages: all }
}

/** null at the end. */
export function nextStage({ step, stages }: Position, steps: number): Position | null {
  if (stages < all) return { step, stages: stages + 1 }
  return step < steps ? { step: step + 1, stages: 1 } : null
}

/** The step in progress to its end, or the one after it; null at the end. */
export function nextStep({ step, stages }: Position, steps: number): Position | null {
  if (stages < all) return whole(step)
  return step < steps ? whole(step + 1) : null
}

export function finishedSteps({ step, stages }: Position): number {
  return stages === all ? step : step - 1
}

/** Of the states to go on from, the last that is not ahead of the position; null before the first. */
export function stateAt<State extends { readonly step: number }>(
  states: readonly State[],
  position: Position,
): State | null {
  return states.filter(({ step }) => step <= finishedSteps(position)).at(-1) ?? null
}
