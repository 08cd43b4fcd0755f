/** Before anything is deleted: what will be lost, by name, and the last chance to export runs. */
import { AlertDialog } from 'radix-ui'
import type { RunEntry } from '../../workers/client-types.ts'
import { namesOf } from '../runs/describe.ts'
import { useSurroundings } from '../runs/runsContext.ts'
import { isThere, kindWords, sizeText } from './words.ts'
import { useStorage } from './storageStore.ts'

export function DeleteDialog() {
  const asking = useStorage((state) => state.asking)
  const report = useStorage((state) => state.report)
  const runs = useStorage((state) => state.runs)
  const working = useStorage((state) => state.working)
  const answer = useStorage((state) => state.answer)
  if (asking === null || report === null) return null
  const doomed = report.kept.filter((each) => asking.includes(each.kind) && isThere(each))
  const [only] = asking
  const title = asking.length === 1 && only !== undefined ? kindWords[only].title : null
  const bytes = doomed.reduce((sum, each) => sum + each.bytes, 0)
  const waits = asking.includes('runs') && runs === null
  return (
    <AlertDialog.Root open onOpenChange={(open) => !open && void answer(null)}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className="overlay" />
        <AlertDialog.Content className="dialog">
          <AlertDialog.Title>
            {title === null ? 'Delete everything that is kept?' : `Delete “${title}”?`}
          </AlertDialog.Title>
          <AlertDialog.Description>This will be lost, for good:</AlertDialog.Description>
          <ul className="storage-lost">
            {doomed.map(({ kind, count }) => (
              <li key={kind}>{kindWords[kind].lost(count)}</li>
            ))}
          </ul>
          {runs !== null && runs.length > 0 && <RunsToExport runs={runs} />}
          <div className="row">
            <AlertDialog.Cancel className="button main">Keep it</AlertDialog.Cancel>
            <button
              type="button"
              className="button storage-delete"
              disabled={working || waits}
              onClick={() => void answer(asking)}
            >
              Delete {sizeText(bytes)} for good
            </button>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}

function RunsToExport({ runs }: { readonly runs: readonly RunEntry[] }) {
  const { presets } = useSurroundings()
  const exportRun = useStorage((state) => state.exportRun)
  const exported = useStorage((state) => state.exported)
  const working = useStorage((state) => state.working)
  const names = namesOf(runs, presets)
  return (
    <div className="storage-runs">
      <p id="storage-runs">Save what you want to go on with; an exported file can be imported again:</p>
      <ul aria-labelledby="storage-runs" tabIndex={0}>
        {runs.map(({ runId, state, notes }) => (
          <li key={runId}>
            <span>
              {names.get(runId)}
              {notes.deletedAt !== null && <span className="soft"> (deleted)</span>}
            </span>
            {state === null ? (
              <span className="soft">cannot be read</span>
            ) : (
              <button
                type="button"
                className="button small"
                disabled={working}
                onClick={() => void exportRun(runId)}
              >
                {exported.includes(runId) ? 'Exported' : 'Export'}
                <span className="visually-hidden"> {names.get(runId)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
