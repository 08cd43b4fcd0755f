/** Finds in a sentence the phrases that stand for terms, so that texts that are data can be marked as well. Pure. */
import type { TermName } from './terms.ts'

/** Phrase as it stands in the text → its term. */
export type Phrases = Readonly<Record<string, TermName>>

export interface MarkedPiece {
  readonly text: string
  readonly term: TermName | null
}

/** The text in pieces: each term at its first phrase, the longer one where two begin at the same place. */
export function markPhrases(text: string, phrases: Phrases): readonly MarkedPiece[] {
  const found = Object.entries(phrases)
    .map(([phrase, term]) => ({ phrase, term, at: indexOfPhrase(text, phrase) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at || b.phrase.length - a.phrase.length)
  const pieces: MarkedPiece[] = []
  const seen = new Set<TermName>()
  let from = 0
  for (const { phrase, term, at } of found) {
    if (at < from || seen.has(term)) continue
    seen.add(term)
    if (at > from) pieces.push({ text: text.slice(from, at), term: null })
    pieces.push({ text: phrase, term })
    from = at + phrase.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), term: null })
  return pieces
}

/** As whole words: “step” does not stand in “steps”. */
function indexOfPhrase(text: string, phrase: string): number {
  const isLetter = (at: number) => /\p{L}/u.test(text.charAt(at))
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    if (!isLetter(at - 1) && !isLetter(at + phrase.length)) return at
  }
  return -1
}
