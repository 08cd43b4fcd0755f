/** Takes an adapter as PEFT writes it, two files or their zip, for the leader of the team that the page has. */
import { FileButton } from '../shared/FileButton.tsx'
import { lastPart } from '../shared/format.ts'
import { useLab } from '../shared/labStore.ts'
import { useRuns } from './runsStore.ts'

export function ImportAdapter() {
  const importAdapter = useRuns((state) => state.importAdapter)
  const working = useRuns((state) => state.working)
  const config = useLab((state) => state.preset.config)
  return (
    <FileButton
      label={working ? 'Working…' : 'Import an adapter'}
      disabled={working}
      accept=".zip,.json,.safetensors,application/zip,application/json"
      multiple
      onFiles={(files) => void importAdapter(files, config)}
    >
      For {lastPart(config.leader)}, the leader of this team: adapter_config.json with
      adapter_model.safetensors, or their zip.
    </FileButton>
  )
}
