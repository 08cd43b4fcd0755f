/**
 * Looks into a data set before anything is trained on it: choose, drop, paste or name it; a worker reads it; what it found
 * is shown and can be taken. A file with faults keeps its good rows.
 */
import { useEffect, useId, useRef, useState } from 'react'
import type { ColumnMapping } from '../../mlpo/datasets/column-mapping.ts'
import type { DataOrigin, DataReading, ErrorValue } from '../../workers/protocol.ts'
import { FileDrop } from '../shared/FileDrop.tsx'
import { failureOf } from '../shared/failure.ts'
import { DataReport } from './DataReport.tsx'
import { DataTable } from './DataTable.tsx'
import { useTrain } from './trainStore.ts'

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'reading' }
  | { readonly kind: 'read'; readonly reading: DataReading; readonly mapping: ColumnMapping | null }
  | { readonly kind: 'failed'; readonly error: ErrorValue }

export function DataInspector() {
  const readData = useTrain((state) => state.readData)
  const setQuestions = useTrain((state) => state.setQuestions)
  const [state, setState] = useState<State>({ kind: 'idle' })
  const [origins, setOrigins] = useState<readonly DataOrigin[]>([])
  const controller = useRef<AbortController | null>(null)
  useEffect(() => () => controller.current?.abort(), [])

  const read = async (given: readonly DataOrigin[], mapping: ColumnMapping | null) => {
    controller.current?.abort()
    const own = new AbortController()
    controller.current = own
    setOrigins(given)
    setState({ kind: 'reading' })
    try {
      const reading = await readData(given, { mapping, signal: own.signal })
      if (!own.signal.aborted) setState({ kind: 'read', reading, mapping })
    } catch (thrown) {
      if (!own.signal.aborted) setState({ kind: 'failed', error: failureOf(thrown) })
    }
  }
  const cancel = () => {
    controller.current?.abort()
    setState({ kind: 'idle' })
  }
  return (
    <div className="data-inspector">
      <Sources busy={state.kind === 'reading'} read={(given) => void read(given, null)} />
      {state.kind === 'reading' && (
        <p role="status">
          Reading…{' '}
          <button type="button" className="button small" onClick={cancel}>
            Cancel
          </button>
        </p>
      )}
      {state.kind === 'failed' && (
        <p className="problem" role="alert">
          {state.error.message}
        </p>
      )}
      {state.kind === 'read' && (
        <>
          {state.reading.problem !== null && (
            <p className="problem" role="alert">
              {state.reading.problem.message}
            </p>
          )}
          <DataTable
            previews={state.reading.previews}
            found={state.reading.found}
            mapping={state.mapping}
            map={(mapping) => void read(origins, mapping)}
          />
          {state.reading.found !== null && (
            <DataReport
              found={state.reading.found}
              use={() => {
                setQuestions(state.reading.found?.questions ?? null)
                setState({ kind: 'idle' })
              }}
            />
          )}
        </>
      )}
    </div>
  )
}

interface SourcesProps {
  readonly busy: boolean
  readonly read: (origins: readonly DataOrigin[]) => void
}

function Sources({ busy, read }: SourcesProps) {
  const id = useId()
  const [name, setName] = useState('')
  const [text, setText] = useState('')
  const readName = () => name.trim() !== '' && read([{ kind: 'name', name: name.trim() }])
  return (
    <div className="data-sources">
      <FileDrop
        label="Choose files"
        accept=".jsonl,.ndjson,.json,.csv,.tsv,.parquet,.txt"
        multiple
        disabled={busy}
        onFiles={(files) => read(files.map((file) => ({ kind: 'file', file })))}
      >
        or drop them here: JSON lines, JSON, CSV, Parquet; BBH, GSM8K, MATH and MMLU are recognised. They stay
        on this machine.
      </FileDrop>
      <div className="data-name">
        <label htmlFor={`${id}-name`}>Address, or name on the hub</label>
        <div className="row">
          <input
            id={`${id}-name`}
            className="field"
            autoComplete="off"
            spellCheck={false}
            placeholder="hub:openai/gsm8k?subset=main&split=test"
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && readName()}
          />
          <button
            type="button"
            className="button small"
            disabled={busy || name.trim() === ''}
            onClick={readName}
          >
            Fetch and read
          </button>
        </div>
      </div>
      <details>
        <summary className="soft">Paste instead</summary>
        <div className="data-name">
          <label htmlFor={`${id}-text`}>Rows of CSV, or JSON lines</label>
          <textarea
            id={`${id}-text`}
            className="field mono"
            rows={5}
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <div className="row">
            <button
              type="button"
              className="button small"
              disabled={busy || text.trim() === ''}
              onClick={() => read([{ kind: 'text', text }])}
            >
              Read it
            </button>
          </div>
        </div>
      </details>
    </div>
  )
}
