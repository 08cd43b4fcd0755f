/** LaTeX answers: one spelling, and equality by value. */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { checkAnswer, normaliseAnswer, prepareAnswers } from '../check.ts'
import { AlgebraNotLoadedError, loadAlgebra } from './algebra.ts'
import { sameLatex } from './equal.ts'
import { normaliseLatex } from './normalise.ts'

const same = (gold: string, answer: string) =>
  checkAnswer({ id: 'm', answer: gold, answer_type: 'latex' }, answer).status === 'right'

test('comparing before the library is there says what to await; equal spellings need no library', () => {
  expect(same('\\frac{1}{2}', '$\\dfrac{1}{2}$')).toBe(true)
  expect(() => same('\\frac{1}{2}', '0.5')).toThrow(AlgebraNotLoadedError)
  expect(() => same('\\frac{1}{2}', '0.5')).toThrow(/await prepareAnswers\(tasks\) first/)
})

describe('spelling', () => {
  test.each([
    ['$72$', '72'],
    ['\\boxed{42}', '42'],
    ['So it is \\boxed{\\boxed{7}}.', '7'],
    ['70{,}000', '70000'],
    ['10,\\!000', '10000'],
    ['\\dfrac{1}{2}', '\\frac{1}{2}'],
    ['\\left( 1, 2 \\right)', '( 1, 2 )'],
    ['10\\text{ cm}', '10'],
    ['10\\,\\mathrm{m/s}', '10'],
    ['2\\,x', '2 x'],
    ['10\\text{ cm}^2', '10'],
    ['18 dollars', '18'],
    ['90^\\circ', '90'],
    ['x²', 'x^{2}'],
    ['\\text{east}', 'east'],
    ['2a+b', '2a+b'],
    ['3x', '3x'],
    ['4i', '4i'],
    ['x \\leq 3', 'x \\le 3'],
  ])('%s is %s', (text, spelling) => {
    expect(normaliseLatex(text)).toBe(spelling)
  })

  test.each(['', ' ', '$$', '\\boxed{}', '\\boxed{', '\\frac{1}{', 'x}'])('%j is no answer', (text) => {
    expect(normaliseLatex(text)).toBeNull()
  })

  test('is its own', () => {
    const piece = fc.constantFrom(
      '\\frac',
      '{',
      '}',
      '1',
      '2',
      'x',
      '^',
      '\\boxed{',
      '$',
      ' ',
      '.',
      '\\text{ cm}',
      '-',
      '\\,',
      '\\left(',
      ')',
      '%',
      ',',
      '**',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const once = normaliseAnswer(pieces.join(''), 'latex')
        if (once !== null) expect(normaliseAnswer(once, 'latex')).toBe(once)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('value', () => {
  beforeAll(loadAlgebra)

  test.each([
    ['\\frac{1}{2}', '0.5'],
    ['\\frac12', '1/2'],
    ['\\sqrt{8}', '2\\sqrt2'],
    ['\\frac{\\sqrt{2}}{2}', '\\frac{1}{\\sqrt{2}}'],
    ['2\\frac{1}{2}', '\\frac{5}{2}'],
    ['\\log_2 8', '3'],
    ['\\sin 30^\\circ', '\\frac12'],
    ['\\arctan 1', '\\frac{\\pi}{4}'],
    ['|{-3}|', '3'],
    ['e^{i\\pi}', '-1'],
    ['(x+1)^2', 'x^2+2x+1'],
    ['\\sin^2 x + \\cos^2 x', '1'],
    ['x_1 + x_2', 'x_2 + x_1'],
    ['\\alpha\\beta', '\\beta \\alpha'],
    ['y = 2x+1', 'y-2x = 1'],
    ['x = 1, 2', 'x = 2, 1'],
    ['x \\in [1, 2)', '[1,2)'],
    ['x > 1', '(1, \\infty)'],
    ['-1 \\le x < 2', '[-1, 2)'],
    ['2 > x', '(-\\infty, 2)'],
    ['\\pm 2', '2, -2'],
    ['\\{1, \\frac12\\}', '\\{0.5, 1\\}'],
    ['(-\\infty,1)\\cup(2,\\infty)', '(2,\\infty) \\cup (-\\infty,1)'],
    ['\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}', '\\begin{bmatrix}1 & 2\\\\ 3 & \\frac{8}{2}\\end{bmatrix}'],
    ['50\\%', '0.5'],
    ['50\\%', '50'],
    ['\\text{Tuesday}', 'tuesday'],
    ['\\frac{1}{3}', '0.333333'],
    ['10^{100}', '10^{100}'],
  ])('%s equals %s', (gold, answer) => {
    expect(same(gold, answer)).toBe(true)
    expect(same(answer, gold)).toBe(true)
  })

  test.each([
    ['\\frac{1}{3}', '0.33'],
    ['\\frac{1}{3}', '0.333334'],
    ['x+1', 'y+1'],
    ['x^2-1', 'x^2+1'],
    ['x = 5', 'y = 5'],
    ['(1, 2)', '(2, 1)'],
    ['[1, 2)', '[1, 2]'],
    ['\\{1,2\\}', '\\{1,2,3\\}'],
    ['\\{1,2,2\\}', '\\{1,1,2\\}'],
    ['\\frac{1}{0}', '0'],
    ['\\frac{1}{0}', '\\infty'],
    ['10^{100}', '10^{100}+1'],
    ['\\begin{pmatrix}1\\\\2\\end{pmatrix}', '\\begin{pmatrix}1&2\\end{pmatrix}'],
    ['\\sqrt{x^2}', 'x'],
    ['\\text{east}', '\\text{west}'],
    ['7', 'seven'],
    ['1, 2', '1'],
  ])('%s does not equal %s', (gold, answer) => {
    expect(same(gold, answer)).toBe(false)
    expect(same(answer, gold)).toBe(false)
  })

  test('a right answer takes the spelling of the gold one, so that votes count them together', () => {
    const task = { id: 'm', answer: '\\frac{1}{2}', answer_type: 'latex' } as const
    expect(checkAnswer(task, '$0.5$')).toEqual({ status: 'right', normalised: '\\frac{1}{2}' })
    expect(checkAnswer(task, '$0.6$')).toEqual({ status: 'wrong', normalised: '0.6' })
  })

  test('fractions equal by value, in any spelling', () => {
    const whole = fc.integer({ min: -40, max: 40 })
    const below = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(whole, below, whole, below, (a, b, c, d) => {
        expect(sameLatex(`\\frac{${a}}{${b}}`, `${c}/${d}`)).toBe(a * d === c * b)
        expect(sameLatex(`\\frac{${a}}{${b}}+\\frac{${c}}{${d}}`, `\\frac{${a * d + c * b}}{${b * d}}`)).toBe(
          true,
        )
      }),
      { numRuns: 60 },
    )
  })

  test('polynomials equal their expansion', () => {
    const number = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(sameLatex(`(x+${a})(x-${b})`, `x^2+(${a - b})x-${a * b}`)).toBe(true)
        expect(sameLatex(`(x+${a})(x-${b})`, `x^2+(${a - b})x+${a * b}`)).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  test('what would take forever is not computed', () => {
    expect(same('9^{9^{9^{9}}}', '1')).toBe(false)
    expect(same('1000000000!', '1')).toBe(false)
    expect(same(`${'('.repeat(100_000)}1${')'.repeat(100_000)}`, '1')).toBe(false)
    expect(same('\\binom{10^9}{5}', '1')).toBe(false)
  })

  test('anything can be compared with anything', () => {
    const piece = fc.constantFrom(
      '\\frac',
      '{',
      '}',
      '1',
      '2',
      'x',
      '=',
      '<',
      '(',
      ')',
      ',',
      '\\pm',
      '\\cup',
      '\\text{a}',
      '^',
      '_',
      '!',
      '|',
      '\\sin',
      '\\foo',
    )
    const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(text, text, (a, b) => typeof sameLatex(a, b) === 'boolean' && sameLatex(a, a)),
      { numRuns: 500 },
    )
  })
})

test('preparing is for LaTeX only, and may be done twice', async () => {
  await prepareAnswers([{ answer_type: 'number' }])
  await prepareAnswers([{ answer_type: 'latex' }])
  await prepareAnswers([{ answer_type: 'latex' }])
  expect(same('\\frac12', '0.5')).toBe(true)
})
