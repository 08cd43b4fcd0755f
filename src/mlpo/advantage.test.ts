import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { advantagesOf, combineRewards, groupAdvantages } from './advantage.ts'
import { readAdvantages } from './fixtures/read.ts'

const reward = fc.integer({ min: -20, max: 20 }).map((n) => n / 10)
const skippable = fc.option(reward, { freq: 5 })
const groups = fc.array(fc.array(skippable, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 })
const scaling = fc.constantFrom('none', 'group', 'batch')

describe('advantages agree with TRL 1.16', () => {
  const { names, weights, cases } = readAdvantages()
  test.each(cases)('$name, $aggregation, scaled by $scaling', (reference) => {
    const scores = [reference.scores.slice(0, 4), reference.scores.slice(4)]
    const { scaling, aggregation } = reference
    const { advantages, metrics } = advantagesOf(scores, { names, weights, scaling, aggregation })
    advantages.flat().forEach((value, i) => {
      expect(Math.abs(value - (reference.advantages[i] ?? Number.NaN))).toBeLessThan(1e-12)
    })
    expect(Object.keys(metrics).sort()).toEqual(Object.keys(reference.metrics).sort())
    for (const [key, value] of Object.entries(reference.metrics)) {
      expect(metrics[key], key).toBeCloseTo(value, 12)
    }
  })
})

describe('groupAdvantages', () => {
  test('advantages of a group sum to zero', () => {
    fc.assert(
      fc.property(groups, scaling, (rewards, scaling) => {
        for (const group of groupAdvantages(rewards, { scaling })) {
          expect(Math.abs(group.reduce((a, b) => a + b, 0))).toBeLessThan(1e-9)
        }
      }),
    )
  })

  test('a skipped reward gets advantage 0 and changes nobody else', () => {
    fc.assert(
      fc.property(groups, scaling, (rewards, scaling) => {
        const with_ = groupAdvantages(rewards, { scaling })
        const without = groupAdvantages(
          rewards.map((group) => group.filter((value) => value !== null)),
          { scaling },
        )
        rewards.forEach((group, g) => {
          const kept = with_[g]?.filter((_, i) => group[i] !== null)
          expect(kept).toEqual(without[g])
          group.forEach((value, i) => {
            if (value === null) expect(with_[g]?.[i]).toBe(0)
          })
        })
      }),
    )
  })

  test('equal rewards give exactly 0, whatever the scaling', () => {
    fc.assert(
      fc.property(reward, fc.integer({ min: 1, max: 12 }), scaling, (value, count, scaling) => {
        const [group] = groupAdvantages([new Array<number>(count).fill(value)], { scaling })
        expect(group?.every((advantage) => advantage === 0)).toBe(true)
      }),
    )
  })

  test('adding a constant to a group changes nothing; groups do not see each other', () => {
    fc.assert(
      fc.property(groups, reward, (rewards, shift) => {
        const moved = rewards.map((group, g) =>
          g === 0 ? group.map((value) => (value === null ? null : value + shift)) : group,
        )
        const before = groupAdvantages(rewards).flat()
        groupAdvantages(moved)
          .flat()
          .forEach((value, i) => expect(value).toBeCloseTo(before[i] ?? Number.NaN, 9))
      }),
    )
  })
})

describe('advantagesOf', () => {
  test('a completion that every function skipped has no reward', () => {
    expect(combineRewards([null, null], [1, 2])).toBeNull()
    expect(combineRewards([null, 3], [1, 2])).toBe(6)
    expect(combineRewards([0, null], [1, 2])).toBe(0)
  })

  test('degenerate groups are counted by rows', () => {
    const scores = [
      [[1], [1], [1]],
      [[0], [1]],
    ]
    const { metrics, groups } = advantagesOf(scores, { names: ['a'], weights: [1] })
    expect(groups.map(({ degenerate }) => degenerate)).toEqual([true, false])
    expect(metrics['frac_reward_zero_std']).toBe(3 / 5)
  })
})
