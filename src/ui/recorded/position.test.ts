import { expect, it } from 'vitest'
import { finishedSteps, nextStage, nextStep, start, stateAt, whole } from './position.ts'
import type { Position } from './position.ts'

const steps = 5

function played(next: typeof nextStage): Position[] {
  const seen: Position[] = []
  for (let at: Position | null = start; at !== null; at = next(at, steps)) seen.push(at)
  return seen
}

it('stage by stage, every stage of every step is shown once, and the end is the last step whole', () => {
  const seen = played(nextStage)
  expect(seen).toHaveLength(6 * steps)
  expect(new Set(seen.map(({ step, stages }) => `${step}/${stages}`)).size).toBe(6 * steps)
  expect(seen.at(-1)).toEqual(whole(steps))
})

it('step by step, the step in progress is finished first, then each one is shown whole', () => {
  expect(played(nextStep).slice(1)).toEqual([1, 2, 3, 4, 5].map(whole))
})

it('a step is finished when all of its stages are shown', () => {
  expect(finishedSteps({ step: 3, stages: 5 })).toBe(2)
  expect(finishedSteps(whole(3))).toBe(3)
})

it('a run is taken over from the last state that is not ahead of what is shown', () => {
  const states = [{ step: 2 }, { step: 4 }]
  expect(stateAt(states, whole(1))).toBeNull()
  expect(stateAt(states, { step: 2, stages: 5 })).toBeNull()
  expect(stateAt(states, whole(2))).toBe(states[0])
  expect(stateAt(states, { step: 5, stages: 1 })).toBe(states[1])
})
