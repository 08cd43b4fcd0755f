/** A word or phrase, without regard to case, spacing, quotes and a final full stop. */
import { clean } from './clean.ts'

export function normaliseText(text: string): string | null {
  const value = clean(clean(text).toLowerCase())
  return value === '' ? null : value
}
