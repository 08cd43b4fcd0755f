import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advantageLines, positions, rewardLine, teaches } from './arithmetic.ts'

const plain = {
  scale_rewards: 'none',
  group_by: 'prompt',
  multi_objective_aggregation: 'sum_then_normalize',
} as const
const group = { mean: 0.6, std: 0.5, advantages: [0.5, -0.5] }

describe('advantageLines', () => {
  test('puts the numbers of the group into the formula', () => {
    const lines = advantageLines({ rewards: [1.1, 0.1], row: 0, group }, plain)
    expect(lines).toEqual([
      { formula: 'mean(r)', numbers: '(1.1 + 0.1) ÷ 2 = 0.6' },
      { formula: 'A = r − mean(r)', numbers: '1.1 − 0.6 = +0.500' },
    ])
  })

  test('a skipped reward is left out of the mean, and has advantage 0', () => {
    const rewards = [1.1, null, 0.1]
    const three = { ...group, advantages: [0.5, 0, -0.5] }
    expect(advantageLines({ rewards, row: 0, group: three }, plain)[0]?.numbers).toMatch(/÷ 2 =/)
    expect(advantageLines({ rewards, row: 1, group: three }, plain)[0]?.numbers).toMatch(/^0, because/)
  })

  test('scaling shows the division with its guard', () => {
    const scaled = { ...plain, scale_rewards: 'group' } as const
    const lines = advantageLines(
      { rewards: [1.1, 0.1], row: 1, group: { ...group, advantages: [1, -1] } },
      scaled,
    )
    expect(lines.at(-1)?.numbers).toBe('(0.1 − 0.6) ÷ (0.5 + 1e-4) = −1.000')
  })
})

test('a reward line leaves skipped functions out', () => {
  const score = { right: true, rewards: [1, null], reward: 1 }
  expect(rewardLine(score, { functions: ['accuracy', 'length'], weights: [1, 2] }).numbers).toBe(
    '1 × 1 (accuracy) = 1',
  )
})

test('bars stay within their track and keep the order of the rewards', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1 }), (rewards) => {
      const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length
      const at = positions(rewards, mean)
      const sorted = [...rewards].sort((a, b) => a - b).map(at)
      expect(Math.min(...sorted)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...sorted)).toBeLessThanOrEqual(1)
      expect(sorted).toEqual([...sorted].sort((a, b) => a - b))
    }),
  )
})

test('a rounding error does not make a group of equal rewards teach', () => {
  expect(teaches([1e-17, -1e-17])).toBe(false)
  expect(teaches([0.1, -0.1])).toBe(true)
})
