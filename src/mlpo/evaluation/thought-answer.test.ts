import { describe, expect, test } from 'vitest'
import type { AnswerType } from '../task.ts'
import { entailedAnswer } from './thought-answer.ts'

const peerAnswers = ['41', '40', '41']
const entailed = (answer_type: AnswerType, thought: string | null, choices?: readonly string[]) =>
  entailedAnswer({ answer_type, ...(choices && { choices }) }, { thought, peerAnswers })

describe('a thought entails', () => {
  test.each([
    ['the answer of whom it follows', 'number', 'I follow peer 2.', '40'],
    ['what those who agree say', 'number', '1 and 3 agree.', '41'],
    ['nothing where those it names do not agree', 'number', '1 and 2 agree.', null],
    ['the last number of its own working', 'number', 'I work. 52 - 26 = 26. 26 - 1 = 25.', '25'],
    ['… before it judges its peers', 'number', 'I check peer 1. 64 + 23 = 87. Peer 1 is wrong.', '87'],
    ['… before it compares', 'number', 'I work. 6 + 8 = 14. 14 + 9 = 23. No peer agrees.', '23'],
    [
      'the last value that it computes',
      'boolean',
      'I work. True and not False = True. True xor True = False.',
      'no',
    ],
    ['a day', 'text', 'I work. 26 - 21 = 5. Saturday - 5 = Monday.', 'monday'],
    ['nothing that can be read off words', 'boolean', 'I work. Eve lies. Dan lies.', null],
    ['nothing of a list', 'list', 'I work. First bee. Then dog.', null],
  ] as const)('%s', (_, type, thought, answer) => expect(entailed(type, thought)).toBe(answer))

  test('the last option that it names', () => {
    const choices = ['Beijing', 'Paris', 'Baghdad', 'Vienna']
    expect(entailed('choice', 'I work. The capital of Austria is Vienna (D). 1 agrees.', choices)).toBe('D')
  })

  test('nothing where there is none', () => expect(entailed('number', null)).toBeNull())
})
