/** Takes a file that "Export run" has written. */
import { FileButton } from './FileButton.tsx'
import { useRuns } from './runsStore.ts'

export function ImportRun() {
  const importRun = useRuns((state) => state.importRun)
  return (
    <FileButton
      label="Import a run"
      accept=".zip,application/zip"
      onFiles={([file]) => file !== undefined && void importRun(file)}
    />
  )
}
