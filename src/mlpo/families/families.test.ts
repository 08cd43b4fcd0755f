/**
 * Laws that every family keeps at every difficulty, and answers checked against solvers that read the text alone.
 */
import { describe, expect, it } from 'vitest'
import { stream } from '../random.ts'
import { splitOf, type Difficulty, type Family, type Problem } from '../task.ts'
import { compute, largestNumber, type Operator } from './arithmetic.ts'
import { taskOf } from './draw.ts'
import { families, familyByName, UnknownFamilyError } from './families.ts'
import { relations } from './facts_table.ts'
import { solvers } from './solvers.testing.ts'
import { names } from './words.ts'

const difficulties: readonly Difficulty[] = [1, 2, 3]
const cases = families.flatMap((family) =>
  difficulties.map((difficulty) => ({ name: family.name, family, difficulty })),
)

function sample(family: Family, difficulty: Difficulty, count: number): Problem[] {
  return Array.from({ length: count }, (_, i) =>
    family.draw(stream(5, family.name, difficulty, i), difficulty),
  )
}

function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number)
}

/** Of plain values, as JSON has them. */
function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Steps such as "3 + 4 = 8." that are false as they stand. */
function falseSums(steps: readonly string[]): number[] {
  return steps.flatMap((step, k) => {
    const [, left, operator, operand, value] = /^(\d+) ([-+*/]) (\d+) = (\d+)\.$/.exec(step) ?? []
    if (operator === undefined) return []
    const term = { operator: operator as Operator, operand: Number(operand) }
    return compute(Number(left), term) === Number(value) ? [] : [k]
  })
}

describe.each(cases)('$name at difficulty $difficulty', ({ family, difficulty }) => {
  const problems = sample(family, difficulty, 400)

  it('draws the same problem from the same stream', () => {
    const plain = (problem: Problem) => ({ task: taskOf({ id: '', problem }), solution: problem.solve() })
    expect(sample(family, difficulty, 40).map(plain)).toEqual(problems.slice(0, 40).map(plain))
  })

  it('says of each problem what it is', () => {
    for (const problem of problems) {
      expect(problem).toMatchObject({ family: family.name, domain: family.domain, difficulty })
      expect(problem.answer_type).toBe(family.answerType)
      expect(problem.key.startsWith(`${family.name}/`)).toBe(true)
      expect(`${problem.question}${problem.solve().steps.join('')}${problem.answer}`).toMatch(/^[ -~]+$/)
    }
  })

  it('solves to the gold answer', () => {
    for (const problem of problems) {
      const { steps, answer, slipStep } = problem.solve()
      expect(answer).toBe(problem.answer)
      expect(slipStep).toBeNull()
      expect(falseSums(steps)).toEqual([])
      if (family.answerType === 'number') expect(steps.at(-1)).toMatch(new RegExp(`\\b${answer}\\b`))
    }
  })

  it('agrees with a solver that reads the question', () => {
    const solver = solvers[family.name]
    for (const problem of problems) {
      if (solver !== undefined) expect(solver(problem.question), problem.question).toBe(problem.answer)
      else expect(rightOptions(problem), problem.question).toEqual([problem.answer])
    }
  })

  it('slips in one step and always ends in a wrong answer', () => {
    // One look at all of them: an assertion for each of a thousand slips costs more than the slips.
    const faults: unknown[] = []
    for (const [i, problem] of problems.entries()) {
      const right = problem.solve()
      for (const peer of [1, 2, 3]) {
        const slipped = problem.slip(stream(9, i, peer))
        const at = slipped.slipStep ?? -1
        const isOneFalseStep =
          slipped.answer !== problem.answer &&
          isSame(slipped.steps.slice(0, at), right.steps.slice(0, at)) &&
          slipped.steps[at] !== undefined &&
          slipped.steps[at] !== right.steps[at] &&
          falseSums(slipped.steps).every((k) => k === at)
        const isRepeatable = isSame(problem.slip(stream(9, i, peer)), slipped)
        if (!isOneFalseStep || !isRepeatable) faults.push({ question: problem.question, right, slipped })
      }
      if (!isSame(problem.solve(), right)) faults.push({ question: problem.question, right })
    }
    expect(faults).toEqual([])
  })

  it('keeps all numbers small', () => {
    for (const [i, problem] of problems.entries()) {
      const slipped = problem.slip(stream(9, i))
      const text = [problem.question, problem.answer, ...problem.solve().steps, ...slipped.steps].join(' ')
      expect(Math.max(0, ...numbersIn(text)), text).toBeLessThanOrEqual(largestNumber[difficulty])
      expect(text).not.toMatch(/[ (]-\d/)
    }
  })

  it('does not give the answer away', () => {
    if (family.answerType === 'list')
      for (const { question, answer } of problems) expect(question).not.toContain(answer)
    const answers = new Map<string, number>()
    for (const { answer } of problems) answers.set(answer, (answers.get(answer) ?? 0) + 1)
    const shares = [...answers.values()].map((count) => count / problems.length)
    const most = { boolean: 0.6, choice: 0.33, text: 0.3, number: 0.3, list: 0.1, latex: 0 }[
      family.answerType
    ]
    expect(Math.max(...shares)).toBeLessThan(most)
    if (family.answerType === 'choice') expect([...answers.keys()].sort()).toEqual(['A', 'B', 'C', 'D'])
  })

  it('leaves names out of the key', () => {
    for (const { key } of problems) expect(names.filter((name) => key.includes(name))).toEqual([])
  })
})

describe.each(families)('the keys of $name', (family) => {
  const texts = new Map<string, string>()
  const keys = new Set<string>()
  // At least 20,000 questions each, 240,000 together; families with few keys need more to show 5,000 of them.
  for (let i = 0; i < 20_000 || (i < 50_000 && keys.size < 5_000); i++) {
    const problem = family.draw(stream(11, i), 1)
    keys.add(problem.key)
    const known = texts.get(problem.question)
    if (known !== undefined && known !== problem.key) throw new Error(`"${problem.question}" has two keys.`)
    texts.set(problem.question, problem.key)
  }

  it('are at least 5,000 at difficulty 1', () => {
    expect(keys.size).toBeGreaterThanOrEqual(5_000)
  })

  it('give at least 400 test questions, about a tenth', () => {
    const test = [...keys].filter((key) => splitOf(key) === 'test').length
    expect(test).toBeGreaterThanOrEqual(400)
    expect(test / keys.size).toBeGreaterThan(0.08)
    expect(test / keys.size).toBeLessThan(0.12)
  })

  it('do not collide with those of another difficulty', () => {
    for (const difficulty of [2, 3] as const) {
      for (const problem of sample(family, difficulty, 2_000)) {
        if (!keys.has(problem.key)) continue
        expect(numbersIn(problem.question).length).toBe(numbersIn(problem.key).length)
        expect(texts.has(problem.question), problem.question).toBe(true)
      }
    }
  })
})

describe('all families together', () => {
  it('use few words at difficulty 1', () => {
    const words = new Set<string>()
    for (const family of families) {
      for (const problem of sample(family, 1, 3_000)) {
        const text = `${problem.question} ${problem.solve().steps.join(' ')} ${problem.answer}`
        for (const word of text.match(/[A-Za-z]+/g) ?? []) words.add(word)
      }
    }
    expect(words.size).toBeLessThanOrEqual(350)
  })

  it('write short questions and workings at difficulty 1', () => {
    const tokens = (text: string) => (text.match(/[A-Za-z]+|\d+|[^\sA-Za-z\d]/g) ?? []).length
    for (const family of families) {
      for (const problem of sample(family, 1, 500)) {
        expect(tokens(problem.question), problem.question).toBeLessThanOrEqual(52)
        expect(tokens(problem.solve().steps.join(' ')), problem.solve().steps.join(' ')).toBeLessThanOrEqual(
          30,
        )
      }
    }
  })

  it('ask about facts that have one answer', () => {
    for (const { name, facts } of relations) {
      expect(new Set(facts.map(([, object]) => object)).size).toBe(facts.length)
      if (name !== 'animal') expect(new Set(facts.flat()).size).toBe(2 * facts.length)
    }
    expect(relations.flatMap(({ facts }) => facts).length).toBeLessThanOrEqual(96)
  })

  it('name the families there are when one is missing', () => {
    expect(() => familyByName('chess')).toThrow(UnknownFamilyError)
    expect(() => familyByName('chess')).toThrow(/mul_add/)
  })
})

/** The letters of the options that the table of facts allows. */
function rightOptions({ question, choices = [] }: Problem): string[] {
  const asked = question.slice(0, question.indexOf('?') + 1)
  const isRight = (choice: string) =>
    relations.some((relation) =>
      relation.facts.some(([subject, object]) => {
        if (choice === `${subject}, ${object}`) return true
        if (asked === relation.ask(subject)) return choice === object
        return asked === relation.askBack(object) && choice === subject
      }),
    )
  return ['A', 'B', 'C', 'D'].filter((_, k) => isRight(choices[k] ?? ''))
}
