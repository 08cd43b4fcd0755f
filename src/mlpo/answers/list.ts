/**
 * Several words in an order that matters, set apart by commas, semicolons, arrows, lines or spaces, with or without
 * brackets, bullets and numbers. The canonical spelling sets them apart by single spaces.
 */
import { normaliseText } from './text.ts'

/** "- ", "* ", "• " at the start of a line or of the text. */
const bullets = /(^|\n)\s*[-*•]\s+/g
const separators = /(?:[\s,;]|->|→)+/

export function normaliseList(text: string): string | null {
  const lines = withoutNumbers(text).replace(bullets, '$1 ')
  const value = (normaliseText(lines) ?? '').replace(/^[[({]([^[\](){}]*)[\])}]$/, '$1')
  const items = value.split(separators).map((item) => normaliseText(item))
  const spelling = items.filter((item) => item !== null).join(' ')
  // An item's own quotes may have hidden the brackets.
  return spelling === '' ? null : spelling === text ? spelling : normaliseList(spelling)
}

/** "1. pear 2. plum", on one line or on several: numbers that count the items from 1. */
function withoutNumbers(text: string): string {
  const numbers = [...text.matchAll(/(?<=^|\s)(\d+)[.)]\s+/g)]
  const counts = numbers.length > 1 && numbers.every((match, i) => Number(match[1]) === i + 1)
  return counts ? text.replace(/(?<=^|\s)\d+[.)]\s+/g, '') : text
}
