/**
 * Flexible-extract, as evaluation harnesses do it for GSM8K: when a text breaks the contract, what it most likely means
 * as its answer. Never used for rewards; shown beside strict-match, so that one sees what is lost by form alone.
 */
import type { AnswerType } from '../task.ts'
import { lastBoxed } from './boxed.ts'
import { plainNumbers } from './number.ts'

/** The last box; else of numbers the last one, of LaTeX the last formula; else what follows "answer is". Null = nothing. */
export function extractFlexible(text: string, type: AnswerType): string | null {
  const boxed = lastBoxed(text)
  if (boxed !== null) return boxed.trim() === '' ? null : boxed
  if (type === 'number') return lastNumber(text)
  const formula = type === 'latex' ? [...text.matchAll(/\$+([^$]+)\$+/g)].at(-1)?.[1] : undefined
  const said = /.*\banswer(?: is|:)\s*(.+?)\.?\s*$/is.exec(text)?.[1]
  const value = (formula ?? said ?? text).trim()
  return value === '' ? null : value
}

/** With its sign, thousands and decimals; fractions, powers of ten and percentages as a whole. */
const number =
  /(?:(?<![\w)])[-−])?(?:(?:\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+| ?\/ ?\d+| ?%)?/g

function lastNumber(text: string): string | null {
  return plainNumbers(text.normalize('NFKC')).match(number)?.at(-1) ?? null
}
