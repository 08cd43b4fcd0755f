/**
 * Agreement with math-verify 0.9.0 on its own pairs (`fixtures/README.md`). Where a person judges otherwise than
 * math-verify, the pair does not count. `docs/answers.md` lists every disagreement with its reason.
 */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { AnswerType } from '../task.ts'
import { checkAnswer, normaliseAnswer } from './check.ts'
import { extractFlexible } from './flexible.ts'
import { loadAlgebra } from './latex/algebra.ts'

interface Pair {
  readonly group: string
  readonly gold: string
  readonly prediction: string
  readonly verdict: 'correct' | 'wrong' | 'skip'
  readonly person?: 'correct' | 'wrong' | 'debatable'
  readonly note?: string
}

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
const { cases } = JSON.parse(read('fixtures/math-verify.json')) as { readonly cases: readonly Pair[] }

/** The type that an import would give this gold answer. */
function typeOf(gold: string): AnswerType {
  return !gold.includes('$') && normaliseAnswer(gold, 'number') !== null ? 'number' : 'latex'
}

function verdict({ gold, prediction }: Pair): 'correct' | 'wrong' {
  const type = typeOf(gold)
  const task = { id: 'pair', answer: gold, answer_type: type }
  return checkAnswer(task, extractFlexible(prediction, type)).status === 'right' ? 'correct' : 'wrong'
}

beforeAll(loadAlgebra)

const judged = cases.filter((pair) => pair.verdict !== 'skip')
const counted = judged.filter(({ verdict, person = verdict }) => person === verdict)

describe('math-verify', () => {
  test('agrees on at least 95 % of the pairs where a person agrees with it', () => {
    const agreeing = counted.filter((pair) => verdict(pair) === pair.verdict)
    console.log(agreeing.length, counted.length, judged.length)
    for (const pair of judged.filter((pair) => verdict(pair) !== pair.verdict))
      console.log(JSON.stringify(pair))
    expect(agreeing.length / counted.length).toBeGreaterThanOrEqual(0.95)
  })
})
