/** Laws of the consistency reward, on hand-made thoughts and on the workings of every built-in family. */
import { describe, expect, test } from 'vitest'
import { extractLeader } from '../answers/extract.ts'
import { families } from '../families/families.ts'
import { leaderText } from '../prompts.ts'
import { stream } from '../random.ts'
import type { Difficulty, Problem, Task } from '../task.ts'
import { arithmeticChecks } from './arithmetic.ts'
import { consistency } from './consistency.ts'
import { sumTask } from '../testing/sum-task.ts'

const choice: Task = { ...sumTask, answer: 'B', answer_type: 'choice', choices: ['Paris', 'Vienna', 'Rome'] }
const truth: Task = { ...sumTask, answer: 'Yes', answer_type: 'boolean' }
const name: Task = { ...sumTask, answer: 'Monday', answer_type: 'text' }
const list: Task = { ...sumTask, answer: 'bee, dog, ink', answer_type: 'list' }

function score(
  task: Task,
  thought: string,
  answer: string,
  peerAnswers: readonly (string | null)[] | null = null,
) {
  const text = leaderText({ thought, answer })
  const rest = { peerAnswers, tokenCount: 10, maxTokens: 50, truncated: false }
  return consistency.score(task, { text, parsed: extractLeader(text), ...rest }, 0)
}

describe('the working', () => {
  test.each<readonly [Task, string, string, number | null]>([
    [sumTask, 'I work. 30 + 11 = 41.', '41', 1],
    [sumTask, 'I work. 30 + 11 = 41.', '42', 0],
    [sumTask, '30 + 11 = 42.', '42', 0],
    [sumTask, 'First 30, then 11 more. That makes 41 in all.', '41.0', 1],
    [sumTask, 'A third of 1,000 is 1000 / 3 = 333.33.', '333.33', 1],
    [sumTask, 'Easy.', '41', null],
    [choice, 'The capital of Austria is Vienna (B).', 'B', 1],
    [choice, 'The capital of Austria is Vienna (B).', 'A', 0],
    [choice, 'It must be Rome.', 'C', 1],
    [choice, 'It must be Rome.', 'Vienna', 0],
    [truth, 'True and not False = True.', 'Yes', 1],
    [truth, 'True and not True = False.', 'yes', 0],
    [truth, 'Dan lies.', 'Yes', null],
    [name, 'Saturday - 5 = Monday.', 'Monday', 1],
    [name, 'Saturday - 5 = Monday.', 'Tuesday', 0],
    [name, 'Monday first. Saturday - 5 = Tuesday.', 'Monday', 0],
    [{ ...name, answer: 'August 11' }, 'July has 31 days. 42 - 31 = 11.', 'August 11', 1],
    [list, 'First bee. Then dog. Then ink.', 'bee, dog, ink', 1],
    [list, 'First bee. Then ink. Then dog.', 'bee, dog, ink', 0],
  ])('$1 → $2: $3', (task, thought, answer, expected) => {
    expect(score(task, thought, answer)).toBe(expected)
  })
})

describe('what is said of peers', () => {
  const peers = ['41', '42', '41', null]
  test.each<readonly [string, string, number | null]>([
    ['I follow peer 2.', '42', 1],
    ['I follow peer 2.', '41', 0],
    ['1 and 3 agree.', '41', 1],
    ['1, 2 and 3 agree.', '41', 0],
    ['I agree with peer 1.', '41', 1],
    ['I follow peer 9.', '41', 0],
    ['I follow peer 4.', '41', 0],
    ['I check peer 1. 30 + 11 = 41. Peer 1 is right.', '41', 1],
    ['I check peer 2. 30 + 11 = 41. Peer 2 slips at step 1.', '41', 1],
    ['I check peer 1. 30 + 11 = 41. Peer 1 is wrong.', '41', 0],
    ['I work. 30 + 11 = 41. 2 agrees.', '42', 0],
    ['I work. 30 + 11 = 41. No peer agrees.', '41', 1],
    ['No two agree. I follow peer 2.', '42', 1],
  ])('%s → %s: %j', (thought, answer, expected) => {
    expect(score(sumTask, thought, answer, peers)).toBe(expected)
  })

  test('alone, there is no peer to agree with', () => {
    expect(score(sumTask, '1 and 3 agree.', '41')).toBe(0)
  })

  test('an answer that does not parse is for the format to punish', () => {
    expect(score(sumTask, '30 + 11 = 41.', 'many')).toBeNull()
    const text = '30 + 11 = 41.'
    const rest = { peerAnswers: null, tokenCount: 10, maxTokens: 50, truncated: false }
    expect(consistency.score(sumTask, { text, parsed: extractLeader(text), ...rest }, 0)).toBeNull()
  })
})

describe('the built-in families', () => {
  const problems = (family: (typeof families)[number]) =>
    Array.from({ length: 60 }, (_, i) =>
      family.draw(stream(i, 'consistency', family.name), ((i % 3) + 1) as Difficulty),
    )
  const scored = (problem: Problem, steps: readonly string[], answer: string) =>
    score({ ...problem, id: problem.key }, `I work. ${steps.join(' ')}`, answer)

  test.each(families)('$name: a right working never contradicts its answer', (family) => {
    for (const problem of problems(family)) {
      const { steps, answer } = problem.solve()
      expect(scored(problem, steps, answer), `${steps.join(' ')} → ${answer}`).not.toBe(0)
    }
  })

  test('the answer of a slip does not follow from the right working, where the answer is spelt out', () => {
    const spelt = families.filter(({ answerType }) => answerType !== 'boolean' && answerType !== 'text')
    expect(spelt.length).toBeGreaterThan(4)
    for (const family of spelt)
      for (const problem of problems(family)) {
        const slip = problem.slip(stream(1, 'slip', problem.key))
        expect(scored(problem, problem.solve().steps, slip.answer), `${family.name} ${slip.answer}`).not.toBe(
          1,
        )
      }
  })
})

describe('sums', () => {
  test.each<readonly [string, readonly boolean[]]>([
    ['3 + 4 = 7. 7 - 2 = 4.', [true, false]],
    ['2 * 3 - 1 = 5', [true]],
    ['1 + 2 × 3 = 7, and 7 ÷ 2 = 3.5', [true, true]],
    ['-3 + 4 = 1', [true]],
    ['10 / 3 = 3.33', [true]],
    ['10 / 3 = 3.4', [false]],
    ['Saturday - 5 = Monday. x + 3 = 7.', []],
    ['n = 3 + 4', []],
  ])('%s', (text, expected) => {
    expect(arithmeticChecks(text)).toEqual(expected)
  })
})
