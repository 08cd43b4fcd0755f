/** Takes a file that "Export run" has written. */
import { FileButton } from '../shared/FileButton.tsx'
import { useRuns } from './runsStore.ts'

export function ImportRun() {
  const importRun = useRuns((state) => state.importRun)
  const working = useRuns((state) => state.working)
  return (
    <FileButton
      label={working ? 'Working…' : 'Import a run'}
      disabled={working}
      accept=".zip,application/zip"
      onFiles={([file]) => file !== undefined && void importRun(file)}
    />
  )
}
