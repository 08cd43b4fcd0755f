import { expect, test } from 'vitest'
import { keptSteps, withStep } from './keptSteps.ts'
import { withStage, type StepData } from './step.ts'

/** A step with that many tokens, all in one completion. */
function stepOf(step: number, tokens = 1): StepData {
  const completion = {
    ...{ text: '', ids: Array.from({ length: tokens }, () => 0), tokenTexts: [], logprobs: [] },
    ...({ finish: 'stop', adapterVersion: 0, thought: null, answer: null, unparseable: null } as const),
  } as const
  return withStage(null, { step, stage: 'sample', groups: [[completion]] }, { elapsedMs: 0 })
}
const limits = { tokens: 10, steps: 4 }
const keptAfter = (steps: readonly StepData[]) =>
  keptSteps(steps.reduce<readonly StepData[]>((list, step) => withStep(list, step, limits), [])).steps

test('the last steps are kept, as many as their number and their tokens allow', () => {
  expect(keptAfter([1, 2, 3, 4, 5, 6].map((step) => stepOf(step)))).toEqual([3, 4, 5, 6])
  expect(keptAfter([1, 2, 3, 4].map((step) => stepOf(step, 4)))).toEqual([3, 4])
})

test('two are kept whatever they cost, so that they can be compared', () =>
  expect(keptAfter([1, 2, 3].map((step) => stepOf(step, 100)))).toEqual([2, 3]))

test('a step that is done again takes the place of itself and of what came after', () => {
  const again = stepOf(2)
  const list = withStep([stepOf(1), stepOf(2), stepOf(3)], again)
  expect(keptSteps(list).steps).toEqual([1, 2])
  expect(keptSteps(list).get(2)).toBe(again)
  expect(keptSteps(list).get(3)).toBeNull()
})
