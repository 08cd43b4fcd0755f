/** Yes or no, true or false; "Yes" and "True" are the same answer. The canonical spelling is yes or no. */
import { clean } from './clean.ts'

export function normaliseBoolean(text: string): 'yes' | 'no' | null {
  const value = clean(text).toLowerCase()
  if (value === 'yes' || value === 'true') return 'yes'
  return value === 'no' || value === 'false' ? 'no' : null
}
