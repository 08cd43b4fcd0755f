import { describe, expect, it } from 'vitest'
import { checkQuestions, describeQuestions, QuestionsLeftOutError } from './left-out-questions.ts'
import type { QuestionSet } from './question-set.ts'
import { allEvents, fakeSession } from './testing/fake-session.ts'
import type { Task } from './task.ts'

const task = (i: number, change: Partial<Task> = {}): Task => ({
  ...{ id: `own-${i}`, key: `${i}`, family: 'own', domain: 'own', question: `What is ${i} + 1?` },
  ...{ answer: String(i + 1), answer_type: 'number', ...change },
})
const set = (change: Partial<QuestionSet> = {}): QuestionSet => ({
  ...{ source: 'own.csv', train: [task(1), task(2)], dev: [task(3)], test: [], ...change },
})
const settings = { task_count: 8 }

describe('questions that were left out', () => {
  it('are the same under another name of their file, and of each of them', () => {
    const leftOut = describeQuestions(set())
    expect(leftOut).toMatchObject({ source: 'own.csv', train: 2, held: 1 })
    const renamed = set({ source: 'copy.csv', train: [task(1, { id: 'a', key: 'b' }), task(2)] })
    expect(() => checkQuestions(leftOut, renamed, settings)).not.toThrow()
  })

  it.each<[string, QuestionSet | null]>([
    ['none', null],
    ['other wording', set({ train: [task(1, { question: 'What is 1+1?' }), task(2)] })],
    ['another right answer', set({ train: [task(1, { answer: '3' }), task(2)] })],
    ['other choices', set({ train: [task(1, { choices: ['2', '3'] }), task(2)] })],
    ['another order', set({ train: [task(2), task(1)] })],
    ['one more', set({ train: [task(1), task(2), task(4)] })],
    ['another split', set({ train: [task(1)], dev: [task(2), task(3)] })],
  ])('are not %s, and it is said which ones they are', (_what, given) => {
    const leftOut = describeQuestions(set())
    const check = () => checkQuestions(leftOut, given, settings)
    expect(check).toThrow(QuestionsLeftOutError)
    expect(check).toThrow(/own\.csv, 2 to train on, 1 held out, fingerprint [0-9a-f]{16}/)
  })

  it('are compared by as many as a run keeps', () => {
    const train = Array.from({ length: 1500 }, (_, i) => task(i))
    const leftOut = describeQuestions(set({ train: train.slice(0, 1000) }))
    expect(() => checkQuestions(leftOut, set({ train }), settings)).not.toThrow()
  })

  it('are asked for before a run goes on, and are its own again from then on', async () => {
    const first = fakeSession({ max_steps: 1 })
    await allEvents(first)
    const state = { ...first.state(), leftOut: describeQuestions(set()) }
    const goOn = (questions: QuestionSet | null) => fakeSession({ max_steps: 2 }, { state, questions })
    expect(() => goOn(null)).toThrow(QuestionsLeftOutError)
    expect(() => goOn(set({ dev: [task(9)] }))).toThrow(/What is chosen now is not the same/)
    const session = goOn(set())
    await allEvents(session)
    expect(session.state()).toMatchObject({ step: 2, leftOut: null, questions: set() })
  })
})
