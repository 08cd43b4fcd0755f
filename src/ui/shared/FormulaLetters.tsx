/** What the letters of a formula are, one per line. */
import type { ReactNode } from 'react'
import { Formula } from './Formula.tsx'

export function FormulaLetters({
  letters,
}: {
  /** [TeX, what it is] */
  readonly letters: readonly (readonly [string, ReactNode])[]
}) {
  return (
    <dl className="letters">
      {letters.map(([letter, words], index) => (
        <div key={`${letter} ${index}`}>
          <dt>
            <Formula tex={letter} />
          </dt>
          <dd>{words}</dd>
        </div>
      ))}
    </dl>
  )
}
