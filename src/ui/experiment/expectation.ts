/**
 * What somebody expects of a run, as text (`reward>=0.6@40`: the reward of one step reaches 0.6 by step 40), and whether it
 * came true. One step or evaluation that satisfies it is enough. Pure.
 */
import { nearestName } from '../../common/nearest.ts'
import type { Evaluation, StepRecord } from '../../mlpo/stages.ts'
import { figureNamed, figures } from './figures.ts'
import type { Figure } from './figures.ts'

export const comparisons = ['>=', '<=', '>', '<'] as const
export type Comparison = (typeof comparisons)[number]

export interface Expectation {
  readonly figure: Figure
  readonly comparison: Comparison
  readonly value: number
  /** Step by which; null = by the end of the run. */
  readonly by: number | null
}

export type Standing =
  | { readonly state: 'pending' }
  | { readonly state: 'met'; readonly step: number; readonly value: number }
  /** `best`: the nearest that it came; null where nothing was measured. */
  | { readonly state: 'missed'; readonly best: number | null }

export class ExpectationError extends Error {
  constructor(
    readonly text: string,
    readonly reason: string,
  ) {
    super(`“${text}” ${reason}`)
    this.name = 'ExpectationError'
  }
}

const largestStep = 100_000
const pattern = /^\s*([a-z_/]+)\s*(>=|<=|>|<|≥|≤)\s*([^@\s]+)\s*(?:@\s*(\d{1,6}))?\s*$/

/** @throws ExpectationError */
export function parseExpectation(text: string): Expectation {
  const [, name, sign, number, step] = pattern.exec(text) ?? []
  if (name === undefined || sign === undefined || number === undefined)
    throw new ExpectationError(text, 'is not of the form reward>=0.6@40')
  const figure = figureNamed(name)
  if (figure === undefined) {
    const names = figures.map((each) => each.name)
    throw new ExpectationError(
      text,
      `is about ${name}, which is not measured; did you mean ${nearestName(name, names)}?`,
    )
  }
  const value = Number(number)
  if (!Number.isFinite(value))
    throw new ExpectationError(text, `compares with ${number}, which is not a number`)
  const by = step === undefined ? null : Number(step)
  if (by !== null && (by < 1 || by > largestStep))
    throw new ExpectationError(text, `names step ${by}; allowed: 1 to ${largestStep}`)
  const comparison = sign === '≥' ? '>=' : sign === '≤' ? '<=' : comparisons.find((each) => each === sign)
  if (comparison === undefined) throw new ExpectationError(text, 'has no comparison')
  return { figure, comparison, value, by }
}

export function expectationText({ figure, comparison, value, by }: Expectation): string {
  return `${figure.name}${comparison}${value}${by === null ? '' : `@${by}`}`
}

const signs: Readonly<Record<Comparison, string>> = { '>=': '≥', '<=': '≤', '>': '>', '<': '<' }

/** "Reward, mean of a step ≥ 0.6 by step 40". */
export function expectationWords({ figure, comparison, value, by }: Expectation): string {
  const when = by === null ? 'by the end of the run' : `by step ${by}`
  return `${figure.label} ${signs[comparison]} ${value} ${when}`
}

interface Measured {
  readonly steps: readonly StepRecord[]
  readonly evaluations: readonly Evaluation[]
  /** Nothing more will be measured. */
  readonly over: boolean
}

interface Point {
  readonly step: number
  readonly value: number
}

export function judge(expectation: Expectation, measured: Measured): Standing {
  const { figure, by } = expectation
  const points = pointsOf(figure, measured)
  const inTime = points.filter(({ step }) => by === null || step <= by)
  const met = inTime.find(({ value }) => satisfies(expectation, value))
  if (met !== undefined) return { state: 'met', step: met.step, value: met.value }
  const isLate = by !== null && points.some(({ step }) => step >= by)
  return measured.over || isLate
    ? { state: 'missed', best: nearestTo(expectation, inTime) }
    : { state: 'pending' }
}

/** Where both decodings were evaluated the sampled one counts, as in the curves. */
function pointsOf(figure: Figure, { steps, evaluations }: Measured): readonly Point[] {
  if (figure.of === 'step') {
    return steps.flatMap(({ step, metrics }) => {
      const value = metrics[figure.name]
      return value === undefined || Number.isNaN(value) ? [] : [{ step, value }]
    })
  }
  const sampled = evaluations.filter(({ decoding }) => decoding === 'sampled')
  return (sampled.length > 0 ? sampled : evaluations).map((evaluation) => ({
    step: evaluation.step,
    value: figure.read(evaluation),
  }))
}

function satisfies({ comparison, value: bound }: Expectation, value: number): boolean {
  switch (comparison) {
    case '>=':
      return value >= bound
    case '<=':
      return value <= bound
    case '>':
      return value > bound
    case '<':
      return value < bound
  }
}

function nearestTo({ comparison }: Expectation, points: readonly Point[]): number | null {
  const upwards = comparison === '>=' || comparison === '>'
  return points.reduce<number | null>(
    (best, { value }) => (best === null || (upwards ? value > best : value < best) ? value : best),
    null,
  )
}
