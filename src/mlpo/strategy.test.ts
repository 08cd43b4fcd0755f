import { describe, expect, test } from 'vitest'
import { strategyOf } from './strategy.ts'

const peerAnswers = ['4', '5', '4']

describe('strategy', () => {
  test("the nano leader's first words name its strategy, whatever the answer is", () => {
    const of = (thought: string) => strategyOf({ thought, answer: '9', peerAnswers })
    expect(of('I follow peer 2. 3 + 2 = 5.')).toEqual({ kind: 'follow', seat: 1 })
    expect(of('1 and 3 agree.')).toEqual({ kind: 'agreement', seats: [0, 2] })
    expect(of('1, 2 and 3 agree.')).toEqual({ kind: 'agreement', seats: [0, 1, 2] })
    expect(of('I check. 3 + 2 = 5.')).toEqual({ kind: 'own' })
  })

  test('a seat that does not exist is not believed', () => {
    const thought = 'I follow peer 7.'
    expect(strategyOf({ thought, answer: '5', peerAnswers })).toEqual({ kind: 'follow', seat: 1 })
  })

  test('without known words the answers decide', () => {
    const of = (answer: string | null) => strategyOf({ thought: 'Well.', answer, peerAnswers })
    expect(of('5')).toEqual({ kind: 'follow', seat: 1 })
    expect(of('4')).toEqual({ kind: 'agreement', seats: [0, 2] })
    expect(of('6')).toEqual({ kind: 'own' })
    expect(of(null)).toEqual({ kind: 'other' })
  })

  test('alone, an answer is its own', () => {
    expect(strategyOf({ thought: null, answer: '5', peerAnswers: null })).toEqual({ kind: 'own' })
  })
})
