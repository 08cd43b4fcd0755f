/** What is expected of the run: put together from a figure, a bound and a step, then listed. */
import { useState } from 'react'
import {
  comparisons,
  expectationText,
  ExpectationError,
  expectationWords,
  parseExpectation,
} from './expectation.ts'
import type { Expectation } from './expectation.ts'
import { figures } from './figures.ts'
import { mostExpectations } from './readLink.ts'

interface ShareExpectationsProps {
  readonly expectations: readonly Expectation[]
  readonly change: (expectations: readonly Expectation[]) => void
}

export function ShareExpectations({ expectations, change }: ShareExpectationsProps) {
  return (
    <fieldset>
      <legend>Expect</legend>
      {expectations.length > 0 && (
        <ul className="expectations">
          {expectations.map((expectation, at) => (
            <li key={expectationText(expectation)}>
              {expectationWords(expectation)}
              <button
                type="button"
                className="link-button"
                onClick={() => change(expectations.filter((_, other) => other !== at))}
              >
                Remove<span className="visually-hidden"> {expectationWords(expectation)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {expectations.length < mostExpectations && (
        <NewExpectation
          add={(added) => {
            const texts = expectations.map(expectationText)
            if (!texts.includes(expectationText(added))) change([...expectations, added])
          }}
        />
      )}
    </fieldset>
  )
}

function NewExpectation({ add }: { readonly add: (expectation: Expectation) => void }) {
  const [figure, setFigure] = useState('reward')
  const [comparison, setComparison] = useState('>=')
  const [value, setValue] = useState('')
  const [by, setBy] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const submit = () => {
    try {
      add(parseExpectation(`${figure}${comparison}${value.trim()}${by.trim() === '' ? '' : `@${by.trim()}`}`))
      setProblem(null)
      setValue('')
    } catch (error) {
      if (!(error instanceof ExpectationError)) throw error
      setProblem(value.trim() === '' ? 'Give a number to compare with.' : error.message)
    }
  }
  return (
    <>
      <div className="share-expectation">
        <label>
          Figure
          <select className="field" value={figure} onChange={(event) => setFigure(event.target.value)}>
            {figures.map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <label>
          Comparison
          <select
            className="field"
            value={comparison}
            onChange={(event) => setComparison(event.target.value)}
          >
            {comparisons.map((sign) => (
              <option key={sign}>{sign}</option>
            ))}
          </select>
        </label>
        <label>
          Value
          <input
            className="field"
            inputMode="decimal"
            aria-invalid={problem !== null}
            value={value}
            onChange={(event) => setValue(event.target.value)}
          />
        </label>
        <label>
          By step (or end)
          <input
            className="field"
            inputMode="numeric"
            value={by}
            onChange={(event) => setBy(event.target.value)}
          />
        </label>
        <button type="button" className="button" onClick={submit}>
          Add
        </button>
      </div>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </>
  )
}
