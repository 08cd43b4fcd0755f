/**
 * A word of the field in the text. The first of each place opens its definition; the next ones are plain text. Definitions
 * come with the first that is opened.
 */
import { createContext, lazy, Suspense, useContext, useId, useLayoutEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import { Explain } from '../shared/Explain.tsx'
import { markPhrases } from './markPhrases.ts'
import type { Phrases } from './markPhrases.ts'
import type { TermName } from './terms.ts'
import { addWord, createTermScope, isMarked } from './termScope.ts'
import type { TermScopeStore } from './termScope.ts'

const TermPopover = lazy(async () => ({ default: (await import('./TermPopover.tsx')).TermPopover }))

const ScopeContext = createContext<TermScopeStore | null>(null)

/** A place, a lesson's step: within it each term is marked once. */
export function TermScope({ children }: { readonly children: ReactNode }) {
  const [scope] = useState(createTermScope)
  return <ScopeContext value={scope}>{children}</ScopeContext>
}

/** Not inside of a label, a legend, a summary or another button. */
export function Term({ name, children }: { readonly name: TermName; readonly children: ReactNode }) {
  const scope = useContext(ScopeContext)
  if (scope === null) throw new Error('Term stands outside of TermScope')
  const id = useId()
  const place = useRef<HTMLSpanElement>(null)
  useLayoutEffect(() => {
    if (place.current) return addWord(scope, name, id, place.current)
  }, [scope, name, id])
  const marked = useStore(scope, (held) => isMarked(held, name, id))
  return (
    <span ref={place}>
      {marked ? (
        <Explain className="term" label="Definition" trigger={children}>
          <Suspense fallback={<p className="soft">Loading…</p>}>
            <TermPopover name={name} />
          </Suspense>
        </Explain>
      ) : (
        children
      )}
    </span>
  )
}

/** A text that is data, with its terms marked. */
export function TermText({ text, terms }: { readonly text: string; readonly terms: Phrases }) {
  return markPhrases(text, terms).map(({ text: piece, term }, at) =>
    term === null ? (
      piece
    ) : (
      <Term key={`${term}/${at}`} name={term}>
        {piece}
      </Term>
    ),
  )
}
