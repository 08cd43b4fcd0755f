/** Takes a file that "Export run" has written. */
import { useId, useRef } from 'react'
import { useRuns } from './runsStore.ts'

export function ImportRun() {
  const importRun = useRuns((state) => state.importRun)
  const working = useRuns((state) => state.working)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const take = (files: FileList | null) => {
    const file = files?.[0]
    if (file !== undefined) void importRun(file)
    // The same file may be chosen again, once it is mended.
    if (input.current !== null) input.current.value = ''
  }
  return (
    <div className="run-import">
      <input
        ref={input}
        id={id}
        type="file"
        accept=".zip,application/zip"
        className="visually-hidden"
        disabled={working}
        onChange={({ target }) => take(target.files)}
      />
      <label htmlFor={id} className="button">
        {working ? 'Working…' : 'Import a run'}
      </label>
    </div>
  )
}
