/** The teacher's end: result files are dropped here and listed with what was met, and what differs from their link. */
import { useId, useState } from 'react'
import { counted, dateAndTime, percent } from '../shared/format.ts'
import { FileDrop } from '../shared/FileDrop.tsx'
import { valueText } from '../train/draft.ts'
import { StandingMark } from './ExpectationList.tsx'
import { largestResultBytes, readResult, ResultError } from './result.ts'
import type { ReadResult } from './result.ts'

type Row = ReadResult | ResultError

async function readFile(file: File): Promise<Row> {
  if (file.size > largestResultBytes)
    return new ResultError(file.name, `it is larger than ${largestResultBytes / 1e6} MB`)
  try {
    return readResult(file.name, await file.text())
  } catch (error) {
    return error instanceof ResultError ? error : new ResultError(file.name, 'it could not be read')
  }
}

export function ResultsPart() {
  const [rows, setRows] = useState<readonly Row[]>([])
  const id = useId()
  const take = async (files: readonly File[]) => {
    const read = await Promise.all(files.map(readFile))
    setRows((held) => [...held, ...read])
  }
  return (
    <section className="results-part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Read results</h2>
      <p>
        Files that students saved by “Hand in the result” in Train. They are read in this browser and sent
        nowhere. Whether an expectation was met is worked out anew from the file’s own metrics.
      </p>
      <FileDrop
        label="Choose result files"
        accept=".json,application/json"
        multiple
        onFiles={(files) => void take(files)}
      >
        or drop them here, all of a class at once.
      </FileDrop>
      <p className="visually-hidden" role="status">
        {rows.length > 0 && `${counted(rows.length, 'file')} read.`}
      </p>
      {rows.length > 0 && (
        <>
          <ul className="results-list" aria-label="Results">
            {rows.map((row, at) => (
              <li key={at}>
                {row instanceof ResultError ? <Unread error={row} /> : <Result result={row} />}
              </li>
            ))}
          </ul>
          <button type="button" className="button" onClick={() => setRows([])}>
            Clear the list
          </button>
        </>
      )}
    </section>
  )
}

function Unread({ error }: { readonly error: ResultError }) {
  return (
    <p className="problem" role="alert">
      {error.message}
    </p>
  )
}

function Result({ result }: { readonly result: ReadResult }) {
  const { file, name, made, preset, steps, stepsWanted, last, device, expectations, showAll, remarks } =
    result
  return (
    <article aria-label={name === '' ? file : name}>
      <header>
        <h3>{name === '' ? file : name}</h3>
        <span className="soft">
          {preset}, {steps} of {counted(stepsWanted, 'step')}, {dateAndTime(made.getTime())}
          {device !== null && `, ${device.engine} on ${device.backend}`}
        </span>
      </header>
      {expectations.length > 0 && (
        <ul className="expectations">
          {expectations.map(({ words, standing, isContradicted }, at) => (
            <li key={at} className={`is-${standing.state}`}>
              <span>{words}</span>
              <StandingMark standing={standing} />
              {isContradicted && <span className="problem">The file itself says otherwise.</span>}
            </li>
          ))}
        </ul>
      )}
      <p>
        <Differences result={result} />
        {last !== null &&
          ` Last evaluation, after ${last.step} steps: leader with team ${percent(last.leaderTeam.value)}, vote ${percent(last.majority.value)} of ${last.n} questions.`}
      </p>
      {showAll && <p className="soft">Hidden and locked controls were shown.</p>}
      {remarks.map((remark) => (
        <p key={remark} className="problem">
          {remark}
        </p>
      ))}
    </article>
  )
}

function Differences({ result: { differences } }: { readonly result: ReadResult }) {
  if (differences.length === 0) return 'Settings are those of the link.'
  return (
    <>
      Differs from the link:{' '}
      {differences.map(({ key, from, to }, at) => (
        <span key={key}>
          {at > 0 && '; '}
          <span className="mono">{key}</span> {valueText(key, from)} → <strong>{valueText(key, to)}</strong>
        </span>
      ))}
      .
    </>
  )
}
