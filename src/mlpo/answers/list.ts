/**
 * Several words in an order that matters, set apart by commas, semicolons or spaces, with or without brackets.
 * The canonical spelling sets them apart by single spaces.
 */
import { normaliseText } from './text.ts'

export function normaliseList(text: string): string | null {
  const value = (normaliseText(text) ?? '').replace(/^[[({]([^[\](){}]*)[\])}]$/, '$1')
  const items = value.split(/[\s,;]+/).map(normaliseText)
  const spelling = items.filter((item) => item !== null).join(' ')
  // An item's own quotes may have hidden the brackets.
  return spelling === '' ? null : spelling === text ? spelling : normaliseList(spelling)
}
