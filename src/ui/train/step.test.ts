import { describe, expect, test } from 'vitest'
import type { Stage } from '../../mlpo/stages.ts'
import { nextStage, withStage } from './step.ts'
import type { StepData } from './step.ts'

const update = (step: number, metrics: Record<string, number> | null): Stage => ({
  step,
  stage: 'update',
  iteration: 0,
  learningRate: 1,
  gradNorm: 1,
  gradClipped: false,
  adapterVersion: 1,
  updateNorm: 1,
  weightNorm: 1,
  metrics,
})
const loss = (step: number): Stage => ({ step, stage: 'loss', iteration: 0, loss: 0, groups: [] })
const prompt = (step: number): Stage => ({ step, stage: 'prompt', prompts: [] })
const after = (stages: readonly Stage[]) =>
  stages.reduce<StepData | null>((data, stage) => withStage(data, stage, { elapsedMs: 5 }), null)

describe('withStage', () => {
  test('a new prompt leaves nothing of the step before', () => {
    const data = after([prompt(1), loss(1), update(1, {}), prompt(2)])
    expect(data).toMatchObject({ step: 2, loss: null, update: null, complete: false })
  })

  test('a step begun again from its checkpoint leaves nothing of the first try', () => {
    expect(after([prompt(1), loss(1), prompt(1)])).toMatchObject({ loss: null })
  })

  test('the times of repeated updates add up', () => {
    expect(after([prompt(1), loss(1), update(1, null), loss(1), update(1, {})])?.elapsedMs.loss).toBe(10)
  })
})

describe('nextStage', () => {
  test('after an update comes another loss until the last iteration, then the next step', () => {
    expect(nextStage(after([prompt(1), loss(1), update(1, null)]))).toBe('loss')
    expect(nextStage(after([prompt(1), loss(1), update(1, {})]))).toBe('prompt')
  })

  test('a loss is always followed by its update', () => {
    expect(nextStage(after([prompt(1), loss(1)]))).toBe('update')
  })
})
