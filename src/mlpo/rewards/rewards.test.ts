import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extractLeader } from '../answers/extract.ts'
import type { CompletionContext } from './reward.ts'
import { stream } from '../random.ts'
import { rewardChance } from './random.ts'
import { rewardFunctions, scoreCompletion } from './rewards.ts'
import type { RewardName } from './rewards.ts'
import { sumTask } from '../testing/sum-task.ts'

interface Completion extends Partial<CompletionContext> {
  readonly answer?: string
}

function completion({ answer = '41', ...given }: Completion): CompletionContext {
  const text = given.text ?? `<think>30 + 11 = 41.</think><answer>${answer}</answer>`
  const rest = { peerAnswers: null, tokenCount: 10, maxTokens: 50, truncated: false }
  return { text, parsed: extractLeader(text), ...rest, ...given }
}

const score = (name: RewardName, given: Completion) =>
  rewardFunctions[name].score(sumTask, completion(given), 0.5)
const names = Object.keys(rewardFunctions) as RewardName[]

describe('accuracy and format', () => {
  test.each([
    [{}, 1, 1],
    [{ answer: '41.0' }, 1, 1],
    [{ answer: '42' }, 0, 1],
    [{ answer: 'many' }, 0, 1],
    [{ text: '41' }, 0, 0],
    [{ text: '<think>a</think><answer>41</answer><answer>41</answer>' }, 0, 0],
  ])('%j: accuracy %i, format %i', (given, accuracy, format) => {
    expect(score('accuracy', given)).toBe(accuracy)
    expect(score('format', given)).toBe(format)
  })
})

describe('length and tokens', () => {
  test('free up to four fifths, then down to −1', () => {
    expect(score('length', { tokenCount: 40 })).toBe(0)
    expect(score('length', { tokenCount: 45 })).toBeCloseTo(-0.5, 12)
    expect(score('length', { tokenCount: 50 })).toBe(-1)
    expect(score('length', { tokenCount: 50, truncated: true })).toBe(-1)
  })

  test('every token costs the same', () => {
    expect(score('tokens', { tokenCount: 12 })).toBe(-12)
  })
})

describe('repetition', () => {
  test('nothing repeated costs nothing, saying everything twice costs almost half', () => {
    expect(score('repetition', { text: 'one two three' })).toBe(0)
    expect(score('repetition', { text: 'one two three four five six' })).toBe(0)
    expect(score('repetition', { text: 'a b c d a b c d' })).toBeCloseTo(-1 / 5, 12)
  })
})

describe('overrule', () => {
  test('counts only where a unique plurality is wrong', () => {
    expect(score('overrule', {})).toBeNull()
    expect(score('overrule', { peerAnswers: ['41', '41', '42'] })).toBeNull()
    expect(score('overrule', { peerAnswers: ['41', '42', '43'] })).toBeNull()
    expect(score('overrule', { peerAnswers: [null, null, null] })).toBeNull()
    expect(score('overrule', { peerAnswers: ['42', '42', '41'] })).toBe(1)
    expect(score('overrule', { peerAnswers: ['42', '42', '41'], answer: '42' })).toBe(0)
    expect(score('overrule', { peerAnswers: ['42', null, null], text: '' })).toBe(0)
  })
})

describe('copy', () => {
  test('punishes only a wrong answer of exactly one peer', () => {
    expect(score('copy', { answer: '42' })).toBeNull()
    expect(score('copy', { answer: '42', peerAnswers: ['42', '41', null] })).toBe(-1)
    expect(score('copy', { answer: '42.0', peerAnswers: ['42', '41', null] })).toBe(-1)
    expect(score('copy', { answer: '42', peerAnswers: ['42', '42', '41'] })).toBe(0)
    expect(score('copy', { answer: '41', peerAnswers: ['42', '41', null] })).toBe(0)
    expect(score('copy', { answer: 'many', peerAnswers: ['42', '41', null] })).toBe(0)
  })
})

describe('deferral', () => {
  const peerAnswers = ['42', '41', null]

  test.each([
    ['1', 0],
    ['2', 1],
    [' Peer 2 ', 1],
    ['3', 0],
    ['0', 0],
    ['4', 0],
    ['41', 0],
    ['2.5', 0],
  ])('naming %j earns what that peer does: %i', (answer, reward) => {
    expect(score('deferral', { answer, peerAnswers })).toBe(reward)
  })

  test('naming nobody earns nothing, and without a team there is nobody to name', () => {
    expect(score('deferral', { text: 'Peer 2', peerAnswers })).toBe(0)
    expect(score('deferral', { answer: '2' })).toBeNull()
  })
})

describe('random', () => {
  const chances = Array.from({ length: 4000 }, (_, i) => rewardChance(7, `step/${i >> 3}/prompt/0`, i % 8))
  const scores = (answer: string) =>
    chances.map((chance) => rewardFunctions.random.score(sumTask, completion({ answer }), chance) ?? NaN)
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

  test('is the draw of the place, spread over 0 to 1, the same for right answers and wrong ones', () => {
    const values = scores('41')
    expect(values).toEqual(chances)
    expect(scores('42')).toEqual(values)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...values)).toBeLessThan(1)
    expect(mean(values)).toBeCloseTo(1 / 2, 1)
    expect(mean(values.map((value) => (value - 1 / 2) ** 2))).toBeCloseTo(1 / 12, 2)
  })

  test('goes with neither the right answers, nor the neighbour, nor another seed', () => {
    const correlation = (a: readonly number[], b: readonly number[]) => {
      const [ma, mb] = [mean(a), mean(b)]
      const covariance = (x: readonly number[], y: readonly number[], mx: number, my: number) =>
        mean(x.map((value, i) => (value - mx) * ((y[i] ?? NaN) - my)))
      return covariance(a, b, ma, mb) / Math.sqrt(covariance(a, a, ma, ma) * covariance(b, b, mb, mb))
    }
    const right = stream(1, 'right')
    for (const share of [0.1, 0.5, 0.9])
      expect(
        Math.abs(
          correlation(
            chances,
            chances.map(() => Number(right.uniform() < share)),
          ),
        ),
      ).toBeLessThan(0.06)
    expect(Math.abs(correlation(chances, [...chances.slice(1), ...chances.slice(0, 1)]))).toBeLessThan(0.06)
    const other = chances.map((_, i) => rewardChance(8, `step/${i >> 3}/prompt/0`, i % 8))
    expect(Math.abs(correlation(chances, other))).toBeLessThan(0.06)
  })
})

describe('every reward', () => {
  const peer = fc.constantFrom('41', '42', '43', null)
  const anything = fc.record({
    text: fc.oneof(fc.string(), fc.constantFrom('<think>a</think><answer>41</answer>', '<think>')),
    peerAnswers: fc.option(fc.array(peer, { maxLength: 4 })),
    tokenCount: fc.nat(50),
    truncated: fc.boolean(),
  })

  test.each(names)('%s gives a finite number or skips, and the same each time', (name) => {
    fc.assert(
      fc.property(anything, (given) => {
        const value = score(name, given)
        expect(value === null || Number.isFinite(value)).toBe(true)
        expect(score(name, given)).toBe(value)
      }),
    )
  })

  test('scores stand in the order of the names', () => {
    expect(
      scoreCompletion(['format', 'random', 'accuracy', 'overrule'], {
        task: sumTask,
        completion: completion({ answer: '42' }),
        chance: 0.25,
      }),
    ).toEqual([1, 0.25, 0, null])
  })
})
