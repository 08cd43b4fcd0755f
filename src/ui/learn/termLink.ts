/** `[advantage](term:advantage)`: a word of the glossary in a lesson, written as a link. */
import { isTermName } from '../glossary/terms.ts'
import type { TermName } from '../glossary/terms.ts'

const scheme = 'term:'

/** null for what is no such link, or names no term. */
export function termOfHref(href: string): TermName | null {
  const name = href.slice(scheme.length)
  return isTermLink(href) && isTermName(name) ? name : null
}

export function isTermLink(href: string): boolean {
  return href.startsWith(scheme)
}
