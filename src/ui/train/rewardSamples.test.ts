import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../mlpo/config/config.ts'
import { drawTasks } from '../../mlpo/families/draw.ts'
import { triedRows, typedSample } from './rewardSamples.ts'

const [task] = drawTasks({ families: ['chain'], difficulty: 1, split: 'train', count: 1, seed: 1 })
if (task === undefined) throw new Error('there is no question')
const config = parseConfig({ custom_rewards: ['mine'], custom_reward_weights: [2] })
const right = typedSample(task, `<think>So.</think><answer>${task.answer}</answer>`, { maxTokens: 48 })
const score = (value: number | null) => ({ status: 'score', value }) as const

describe('a trial', () => {
  test('adds what a run would add', () => {
    const [row] = triedRows([right], { config, own: [[score(0.5)]] })
    expect(row).toEqual({ scores: [1, 1, 0.5], reward: 1 + 0.1 + 2 * 0.5 })
  })

  test('leaves out what is skipped, and has no sum where code broke off', () => {
    const refused = { status: 'refused', problem: 'threw', what: 'failed', hint: null } as const
    expect(triedRows([right], { config, own: [[score(null)]] })[0]?.reward).toBeCloseTo(1.1)
    const rows = triedRows([right, right], { config, own: [[score(1), refused]] })
    expect(rows.map(({ reward }) => reward)).toEqual([3.1, undefined])
  })

  test('sees a text that is too long as truncated', () => {
    expect(typedSample(task, 'a b c', { maxTokens: 3 }).completion).toMatchObject({
      tokenCount: 3,
      truncated: true,
    })
  })
})
