/**
 * Which words of a place are marked: a term at its first word, which is the one that was there first. Others of the same term
 * are plain text until that one goes.
 */
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { TermName } from './terms.ts'

/** Ids of the words of each term, in the order in which they came. */
type Held = Readonly<Partial<Record<TermName, readonly string[]>>>

export type TermScopeStore = StoreApi<Held>

export function createTermScope(): TermScopeStore {
  return createStore<Held>()(() => ({}))
}

/** @returns what takes the word away again. */
export function addWord(scope: TermScopeStore, term: TermName, id: string): () => void {
  scope.setState((held) => ({ [term]: [...(held[term] ?? []), id] }))
  return () => scope.setState((held) => ({ [term]: (held[term] ?? []).filter((other) => other !== id) }))
}

export function isMarked(held: Held, term: TermName, id: string): boolean {
  return held[term]?.[0] === id
}
