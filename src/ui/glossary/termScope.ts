/**
 * Which words of a place are marked: a term at its first word, as one reads. Others of the same term are plain text as long
 * as that one is there.
 */
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { TermName } from './terms.ts'

/** A word's node in the page. */
type Place = Pick<Node, 'compareDocumentPosition'>

interface Word {
  readonly id: string
  readonly place: Place
}

/** Words of each term, in the order of the page. */
type Held = Readonly<Partial<Record<TermName, readonly Word[]>>>

export type TermScopeStore = StoreApi<Held>

/** `Node.DOCUMENT_POSITION_FOLLOWING` */
const following = 4

export function createTermScope(): TermScopeStore {
  return createStore<Held>()(() => ({}))
}

/**
 * @param place - a `Node` of the page, which all words of the scope are in.
 * @returns what takes the word away again.
 */
export function addWord(scope: TermScopeStore, term: TermName, id: string, place: Place): () => void {
  scope.setState((held) => {
    const words = held[term] ?? []
    const after = words.findIndex((word) => isBefore(place, word.place))
    const at = after === -1 ? words.length : after
    return { [term]: [...words.slice(0, at), { id, place }, ...words.slice(at)] }
  })
  return () => scope.setState((held) => ({ [term]: (held[term] ?? []).filter((other) => other.id !== id) }))
}

export function isMarked(held: Held, term: TermName, id: string): boolean {
  return held[term]?.[0]?.id === id
}

function isBefore(place: Place, other: Place): boolean {
  return (place.compareDocumentPosition(other as Node) & following) !== 0
}
