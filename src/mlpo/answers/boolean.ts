/**
 * Yes or no, true or false; "Yes" and "True" are the same answer. A reason may follow behind a comma or a dash. The
 * canonical spelling is yes or no.
 */
import { clean } from './clean.ts'

export function normaliseBoolean(text: string): 'yes' | 'no' | null {
  const word = /^\W*(yes|true|no|false)(?:\W*$|\W*[,;:.–—-]\s)/.exec(clean(text).toLowerCase())?.[1]
  if (word === undefined) return null
  return word === 'yes' || word === 'true' ? 'yes' : 'no'
}
