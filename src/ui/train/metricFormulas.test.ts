/** The formulas behind the curves: typeset without a fault, and with the numbers of the step. */
import katex from 'katex'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../mlpo/config/config.ts'
import type { Stage } from '../../mlpo/stages.ts'
import { metricFormulas, type MetricFormula } from './metricFormulas.ts'
import { withStage, type StepData } from './step.ts'

const all: readonly (readonly [string, MetricFormula])[] = Object.entries(metricFormulas)
const config = parseConfig({})

test.each(all)('%s and its letters are TeX that KaTeX reads', (_, { tex, letters }) => {
  for (const each of [tex, ...letters.map(([letter]) => letter)])
    expect(katex.renderToString(each, { output: 'mathml', throwOnError: true })).toContain('<math')
})

describe('with the numbers of a step', () => {
  const score = (reward: number) => ({ right: reward > 0, rewards: [reward], reward })
  const stages: readonly Stage[] = [
    { step: 1, stage: 'prompt', prompts: [] },
    {
      ...{ step: 1, stage: 'score', functions: ['accuracy'], weights: [1] },
      groups: [
        [score(1), score(0)],
        [score(1), score(1)],
      ],
    },
    {
      ...{ step: 1, stage: 'advantage' },
      groups: [
        { mean: 0.5, std: 0.7, advantages: [0.5, -0.5] },
        { mean: 1, std: 0, advantages: [0, 0] },
      ],
    },
  ]
  const step = stages.reduce<StepData | null>((data, stage) => withStage(data, stage, { elapsedMs: 1 }), null)

  test('the mean reward is written out', () => {
    expect(metricFormulas.reward.numbers({ step, config })).toBe('(1 + 0 + 1 + 1) ÷ 4 = 0.75')
  })
  test('a group of equal rewards is idle', () => {
    expect(metricFormulas.idle.numbers({ step, config })).toMatch(/^1 of 2 groups = 50\.0/)
  })
  test('what a step does not have yet is not made up', () => {
    expect(metricFormulas.entropy.numbers({ step, config })).toBeNull()
    expect(metricFormulas.reward.numbers({ step: null, config })).toBeNull()
  })
})
