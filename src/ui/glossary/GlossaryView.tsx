/** All terms of the page with their definitions, to be searched. Loaded when it is first opened. */
import { useId, useState } from 'react'
import { labelOf } from '../app/route.ts'
import { counted } from '../shared/format.ts'
import { TermTitle, TermWords } from './TermCard.tsx'
import { termsMatching, wordsOf } from './terms.ts'
import type { TermName } from './terms.ts'
import './glossary.css'

export function GlossaryView() {
  const [query, setQuery] = useState('')
  const id = useId()
  const found = termsMatching(query)
  return (
    <div className="glossary">
      <header>
        <h1>Glossary</h1>
        <p className="soft">
          The words of the field, as this page uses them. In the text each is marked by dots where it first
          stands, and opens to the same definition.
        </p>
        <div className="glossary-search">
          <label htmlFor={id}>Search</label>
          <input
            id={id}
            type="search"
            className="field"
            autoComplete="off"
            value={query}
            onChange={({ target }) => setQuery(target.value)}
          />
          <span className="soft" role="status">
            {query.trim() === '' ? counted(found.length, 'term') : `${counted(found.length, 'term')} found`}
          </span>
        </div>
      </header>
      {found.length === 0 && <p>No term holds these words. Try fewer of them, or another one.</p>}
      <dl>
        {found.map((name) => (
          <Entry key={name} name={name} />
        ))}
      </dl>
    </div>
  )
}

function Entry({ name }: { readonly name: TermName }) {
  const { place, title } = wordsOf(name)
  return (
    <div>
      <dt>
        <TermTitle name={name} />
      </dt>
      <dd>
        <TermWords name={name} />
        <p>
          <a href={`#/${place}`} aria-label={`See it in ${labelOf(place)}: ${title}`}>
            See it in {labelOf(place)}
          </a>
        </p>
      </dd>
    </div>
  )
}
