/** What the link expects of the run, and how that stands. */
import type { ReactNode } from 'react'
import { decimal } from '../shared/format.ts'
import { expectationWords } from './expectation.ts'
import type { Standing } from './expectation.ts'
import { useExperiment } from './experimentStore.ts'

export function ExpectationList() {
  const expectations = useExperiment(({ experiment }) => experiment.expectations)
  const standings = useExperiment((state) => state.standings)
  if (expectations.length === 0) return null
  return (
    <section className="expectations" aria-labelledby="expectations-title">
      <h2 className="eyebrow" id="expectations-title">
        Expected
      </h2>
      <ul>
        {expectations.map((expectation, at) => {
          const standing = standings[at] ?? { state: 'pending' }
          return (
            <li key={at} className={`is-${standing.state}`}>
              <span>{expectationWords(expectation)}</span>
              <StandingMark standing={standing} />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

const shapes: Readonly<Record<Standing['state'], ReactNode>> = {
  pending: (
    <circle
      cx="10"
      cy="10"
      r="8"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeDasharray="3 2.4"
    />
  ),
  met: (
    <>
      <circle cx="10" cy="10" r="9" fill="currentColor" />
      <path d="M5.5 10.5l3 3 6-7" fill="none" stroke="var(--card)" strokeWidth="2.2" />
    </>
  ),
  missed: (
    <>
      <circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M6.8 6.8l6.4 6.4M13.2 6.8l-6.4 6.4" stroke="currentColor" strokeWidth="2" />
    </>
  ),
}

export function StandingMark({ standing }: { readonly standing: Standing }) {
  return (
    <span className="standing">
      <svg viewBox="0 0 20 20" aria-hidden="true">
        {shapes[standing.state]}
      </svg>
      {standingWords(standing)}
    </span>
  )
}

export function standingWords(standing: Standing): string {
  switch (standing.state) {
    case 'pending':
      return 'pending'
    case 'met':
      return `met at step ${standing.step}, with ${decimal(standing.value)}`
    case 'missed':
      return standing.best === null
        ? 'missed: nothing was measured'
        : `missed; the best was ${decimal(standing.best)}`
  }
}
