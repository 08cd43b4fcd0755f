/**
 * Agreement with math-verify 0.9.0 on its own pairs (`fixtures/README.md`). Where a person judges otherwise than
 * math-verify, the pair does not count. `docs/answers.md` lists every disagreement with its reason.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
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

await loadAlgebra()

const judged = cases.filter((pair) => pair.verdict !== 'skip')
const disagreeing = judged.filter((pair) => verdict(pair) !== pair.verdict)
/** The person of the fixture either says nothing, or the same. */
const withPerson = ({ verdict, person }: Pair) => person === undefined || person === verdict

describe('math-verify', () => {
  test('agrees on at least 95 % of the pairs where a person agrees with it', () => {
    const counted = judged.filter(withPerson)
    const wrong = disagreeing.filter(withPerson)
    expect(1 - wrong.length / counted.length).toBeGreaterThanOrEqual(0.95)
  })

  test('docs/answers.md lists every disagreement, and nothing else', () => {
    const listed = read('../../../docs/answers.md').matchAll(/^\| `(.*?)` +\| `(.*?)` +\| (\w+) +\|/gm)
    expect([...listed].map(([, ...row]) => row).sort()).toEqual(
      disagreeing.map(({ gold, prediction, verdict }) => [gold, prediction, verdict]).sort(),
    )
  })
})
