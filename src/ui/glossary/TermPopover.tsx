/** What a marked word opens to: its definition, the way to the place where it is at work, and to all terms. */
import { labelOf, usePlace } from '../app/route.ts'
import { TermTitle, TermWords } from './TermCard.tsx'
import { wordsOf } from './terms.ts'
import type { TermName } from './terms.ts'

export function TermPopover({ name }: { readonly name: TermName }) {
  const here = usePlace()
  const { place } = wordsOf(name)
  return (
    <>
      <h2>
        <TermTitle name={name} />
      </h2>
      <TermWords name={name} />
      <p className="term-links">
        {place !== here && <a href={`#/${place}`}>See it in {labelOf(place)}</a>}
        <a href="#/glossary">All terms</a>
      </p>
    </>
  )
}
