/** A report from a file: of this page, or of the command line. It is checked before it is shown. */
import { useRef, useState } from 'react'
import { readReport } from '../../mlpo/evaluation/report-read.ts'
import type { ErrorValue } from '../../workers/protocol.ts'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { failureOf } from '../shared/failure.ts'
import { useEvaluate } from './evaluateStore.ts'

export function OpenReport() {
  const show = useEvaluate((state) => state.show)
  const input = useRef<HTMLInputElement>(null)
  const [error, setError] = useState<ErrorValue | null>(null)
  const choose = () => input.current?.click()
  const read = async (file: File) => {
    try {
      show(readReport(await file.text()), file.name)
      setError(null)
    } catch (thrown) {
      setError(failureOf(thrown))
    }
  }
  return (
    <div className="open-report">
      <button type="button" className="link-button" onClick={choose}>
        Open a report from a file
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        aria-label="Report file"
        hidden
        onChange={({ target }) => {
          const [file] = target.files ?? []
          if (file !== undefined) void read(file)
          // The same file can be chosen again.
          target.value = ''
        }}
      />
      {error !== null && <ErrorNotice error={error} action={{ label: 'Choose another file', act: choose }} />}
    </div>
  )
}
