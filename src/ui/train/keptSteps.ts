/**
 * Whole steps of this visit, with questions, completions and everything that was computed of them: the last ones, as many
 * as a bound on their tokens allows, so that a long run does not fill the memory. Pure.
 */
import type { StepData } from './step.ts'

export interface KeptSteps {
  /** Their numbers, ascending. */
  readonly steps: readonly number[]
  get(step: number): StepData | null
}

export interface KeptLimits {
  /** Of completions; each costs about a hundred bytes. */
  readonly tokens: number
  readonly steps: number
}

/** Some tens of megabytes. */
const bounds: KeptLimits = { tokens: 300_000, steps: 100 }

export const noSteps: KeptSteps = keptSteps([])

export function keptSteps(list: readonly StepData[]): KeptSteps {
  return {
    steps: list.map(({ step }) => step),
    get: (wanted) => list.find(({ step }) => step === wanted) ?? null,
  }
}

/** The step takes the place of itself and of later ones, as after a resume. Two stay, whatever they cost. */
export function withStep(
  list: readonly StepData[],
  data: StepData,
  { tokens: mostTokens, steps: mostSteps }: KeptLimits = bounds,
): readonly StepData[] {
  const all = [...list.filter(({ step }) => step < data.step), data]
  let tokens = 0
  let count = 0
  for (const each of all.toReversed()) {
    tokens += tokensOf(each)
    if (count >= 2 && (tokens > mostTokens || count === mostSteps)) break
    count += 1
  }
  return all.slice(-count)
}

function tokensOf({ sample }: StepData): number {
  return sample?.groups.flat().reduce((sum, { ids }) => sum + ids.length, 0) ?? 0
}
