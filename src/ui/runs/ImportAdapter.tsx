/** Takes an adapter as PEFT writes it, two files or their zip, for the leader of the team that the page has. */
import { useId, useRef } from 'react'
import { lastPart } from '../shared/format.ts'
import { useLab } from '../shared/labStore.ts'
import { useRuns } from './runsStore.ts'

export function ImportAdapter() {
  const importAdapter = useRuns((state) => state.importAdapter)
  const working = useRuns((state) => state.working)
  const config = useLab((state) => state.preset.config)
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const take = (files: FileList | null) => {
    if (files !== null && files.length > 0) void importAdapter([...files], config)
    // The same files may be chosen again, once they are mended.
    if (input.current !== null) input.current.value = ''
  }
  return (
    <div className="run-import">
      <input
        ref={input}
        id={id}
        type="file"
        multiple
        accept=".zip,.json,.safetensors,application/zip,application/json"
        className="visually-hidden"
        disabled={working}
        aria-describedby={`${id}-what`}
        onChange={({ target }) => take(target.files)}
      />
      <label htmlFor={id} className="button">
        {working ? 'Working…' : 'Import an adapter'}
      </label>
      <span id={`${id}-what`} className="soft">
        For {lastPart(config.leader)}, the leader of this team: adapter_config.json with
        adapter_model.safetensors, or their zip.
      </span>
    </div>
  )
}
