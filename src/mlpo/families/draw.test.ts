/**
 * Laws of drawing a data set: repeatable, split-pure, round-robin, and honest when a family runs out.
 */
import { describe, expect, it } from 'vitest'
import { splitOf } from '../task.ts'
import { drawProblems, drawTasks, FamilyExhaustedError, problemOf, taskOf, TaskIdError } from './draw.ts'
import { families } from './families.ts'

const all = families.map(({ name }) => name)

describe('drawTasks', () => {
  it('gives the same tasks for the same seed and others for another', () => {
    const draw = (seed: number) => drawTasks({ families: all, difficulty: 1, split: 'dev', count: 60, seed })
    expect(draw(3)).toEqual(draw(3))
    expect(draw(3)).not.toEqual(draw(4))
  })

  it('goes round the families and stays in the split', () => {
    const tasks = drawTasks({
      families: ['chain', 'dates'],
      difficulty: 2,
      split: 'test',
      count: 31,
      seed: 1,
    })
    expect(tasks.map(({ family }) => family).slice(0, 4)).toEqual(['chain', 'dates', 'chain', 'dates'])
    expect(tasks).toHaveLength(31)
    expect(new Set(tasks.map(({ key }) => splitOf(key)))).toEqual(new Set(['test']))
    expect(new Set(tasks.map(({ id }) => id)).size).toBe(31)
  })

  it('gives plain data', () => {
    const tasks = drawTasks({ families: all, difficulty: 1, split: 'train', count: 24, seed: 1 })
    expect(structuredClone(tasks)).toEqual(tasks)
  })

  it('repeats no key when asked not to', () => {
    const options = {
      families: all,
      difficulty: 1,
      split: 'test',
      count: 12 * 400,
      seed: 2,
      distinct: 'keys',
    } as const
    const tasks = drawTasks(options)
    expect(new Set(tasks.map(({ key }) => key)).size).toBe(12 * 400)
  })

  it('says so when a family has run out', () => {
    const options = {
      families: ['web_of_lies'],
      difficulty: 1,
      split: 'test',
      seed: 2,
      distinct: 'keys',
    } as const
    expect(() => drawTasks({ ...options, count: 1e6 })).toThrow(FamilyExhaustedError)
  })

  it('keeps train, dev and test apart, keys and texts', () => {
    // 50,000 questions in the proportion in which they are drawn, so that none is drawn for nothing.
    const counts = { train: 40_000, dev: 5_000, test: 5_000 } as const
    const splits = new Map<string, string>()
    const leaks: string[] = []
    for (const split of ['train', 'dev', 'test'] as const) {
      for (const task of drawTasks({ families: all, difficulty: 1, split, count: counts[split], seed: 6 })) {
        for (const text of [task.key, task.question]) {
          if ((splits.get(text) ?? split) !== split) leaks.push(text)
          splits.set(text, split)
        }
      }
    }
    expect(leaks).toEqual([])
    expect(new Set(splits.values()).size).toBe(3)
  })
})

describe('problemOf', () => {
  it('finds the problem of every task again', () => {
    const drawn = drawProblems({ families: all, difficulty: 3, split: 'train', count: 48, seed: -8 })
    for (const { id, problem } of drawn) {
      const again = problemOf({ id })
      expect(taskOf({ id, problem: again })).toEqual(taskOf({ id, problem }))
      expect(again.solve()).toEqual(problem.solve())
    }
  })

  it('refuses an id that is not of its making', () => {
    expect(() => problemOf({ id: 'gsm8k-17' })).toThrow(TaskIdError)
  })
})
