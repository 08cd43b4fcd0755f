/** A term's definition: its symbol, its sentences, and the page's formula for it with the numbers of the step that is shown. */
import { Formula } from '../shared/Formula.tsx'
import { MetricArithmetic } from '../train/MetricFormula.tsx'
import { wordsOf } from './terms.ts'
import type { TermName } from './terms.ts'

export function TermTitle({ name }: { readonly name: TermName }) {
  const { title, tex } = wordsOf(name)
  return (
    <>
      {title}
      {tex !== undefined && (
        <span className="term-symbol">
          <Formula tex={tex} />
        </span>
      )}
    </>
  )
}

export function TermWords({ name }: { readonly name: TermName }) {
  const { text, formula } = wordsOf(name)
  return (
    <>
      <p>{text}</p>
      {formula !== undefined && <MetricArithmetic name={formula} />}
    </>
  )
}
