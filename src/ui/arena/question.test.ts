import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { QuestionSet } from '../../mlpo/question-set.ts'
import type { Task } from '../../mlpo/task.ts'
import { askedTask, draw, firstDraw, ownPlace } from './question.ts'

const task = (n: number, question = `What is ${n} + 4?`): Task => ({
  ...{ id: `t${n}`, key: `t${n}`, family: 'own', domain: 'own', question },
  ...{ answer: `${n + 4}`, answer_type: 'number' },
})
const questions: QuestionSet = {
  source: 'own.csv',
  train: [task(1), task(2), task(3)],
  dev: [task(8), task(9)],
  test: [task(20)],
}
const own = (index: number) => ({ from: 'own', questions, index }) as const

describe('own questions', () => {
  test('are drawn one after the other, held-out ones first, and then from the start again', () => {
    const ids = [0, 1, 2, 3, 4, 5].map((index) => draw(own(index)).id)
    expect(ids).toEqual(['t8', 't9', 't1', 't2', 't3', 't8'])
  })

  test('never include those of the test split', () => {
    fc.assert(fc.property(fc.nat(100), (index) => draw(own(index)).id !== 't20'))
  })

  test('say their place, and are held out as long as training has none of them', () => {
    fc.assert(
      fc.property(fc.nat(100), (index) => {
        const { number, of, isHeldOut } = ownPlace(own(index))
        expect(number).toBeGreaterThanOrEqual(1)
        expect(number).toBeLessThanOrEqual(of)
        expect(isHeldOut).toBe(!questions.train.includes(draw(own(index))))
      }),
    )
  })
})

describe('a drawn question', () => {
  test('keeps its answer until a letter of it is changed, whatever space stands around it', () => {
    const spaced = task(1, '  What is 1 + 4?\n')
    for (const drawn of [draw(firstDraw), draw(own(0)), spaced]) {
      expect(askedTask(drawn.question, drawn).answer).toBe(drawn.answer)
      expect(askedTask(` ${drawn.question} `, drawn).answer).toBe(drawn.answer)
      expect(askedTask(`${drawn.question.trim()}?`, drawn).answer).toBeNull()
    }
  })
})
