import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaults } from './config/config.ts'
import { questionSetOf, questionsOf, questionsToKeep, TooFewQuestionsError } from './question-set.ts'
import type { Task } from './task.ts'

const task = (name: string): Task => ({
  ...{ id: name, key: name, family: 'own', domain: 'own', question: `${name}?` },
  ...{ answer: '1', answer_type: 'number' },
})
const tasks = (name: string, count: number) => Array.from({ length: count }, (_, i) => task(`${name}${i}`))
const sizes = fc.record({ train: fc.nat(30), dev: fc.nat(30), test: fc.nat(30) })

describe('a question set', () => {
  test('always has something to train on and something to be tested on, and nothing in both', () => {
    fc.assert(
      fc.property(sizes, ({ train, dev, test: held }) => {
        fc.pre(train + dev + held >= 2)
        const splits = { train: tasks('a', train), dev: tasks('b', dev), test: tasks('c', held) }
        const set = questionSetOf({ source: 'x', splits })
        expect(set.train.length).toBeGreaterThan(0)
        expect(set.dev.length).toBeGreaterThan(0)
        const trained = new Set(set.train.map(({ key }) => key))
        expect([...set.dev, ...set.test].some(({ key }) => trained.has(key))).toBe(false)
      }),
    )
  })

  test('keeps published splits as they are', () => {
    const splits = { train: tasks('a', 3), dev: tasks('b', 2), test: tasks('c', 1) }
    expect(questionSetOf({ source: 'x', splits })).toEqual({ source: 'x', ...splits })
  })

  test('of one question is refused, also when others cannot be read', () => {
    const splits = { train: tasks('a', 3), dev: [], test: [] }
    const canRead = ({ id }: Task) => id === 'a0'
    expect(() => questionSetOf({ source: 'x', splits }, { canRead })).toThrow(TooFewQuestionsError)
  })

  test('keeps no more with a run than it may train on, and a thousand', () => {
    const splits = { train: tasks('a', 1300), dev: tasks('b', 9), test: [] }
    const set = questionSetOf({ source: 'x', splits })
    const kept = [8, 1200, 9000].map((task_count) => questionsToKeep(set, { task_count }).train.length)
    expect(kept).toEqual([1000, 1200, 1300])
  })

  test('as a source never asks in a test what it trains on, also without a test split', () => {
    const splits = { train: tasks('a', 9), dev: tasks('b', 9), test: [] }
    const source = questionsOf(questionSetOf({ source: 'x', splits }))
    const settings = { ...defaults, task_count: 4, eval_size: 2 }
    expect(source.training(settings).map(({ id }) => id)).toEqual(['a0', 'a1', 'a2', 'a3'])
    for (const split of ['dev', 'test'] as const)
      expect(source.heldOut(settings, split).map(({ id }) => id)).toEqual(['b0', 'b1'])
  })
})
