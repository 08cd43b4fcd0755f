/** Runs: everything that was trained in this browser, to be named, compared, gone on with, and deleted. */
import { useEffect, useRef, useState } from 'react'
import { counted, megabytes } from '../shared/format.ts'
import { Term } from '../glossary/Term.tsx'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { useTrain } from '../train/trainStore.ts'
import type { RunEntry } from '../../workers/client-types.ts'
import { Comparison } from './Comparison.tsx'
import { ImportAdapter } from './ImportAdapter.tsx'
import { ImportRun } from './ImportRun.tsx'
import { RunCard } from './RunCard.tsx'
import { useSurroundings } from './runsContext.ts'
import { createRunsStore, RunsStoreContext, useName, useRuns } from './runsStore.ts'
import './runs.css'

export function RunsView() {
  const surroundings = useSurroundings()
  const [store] = useState(() => createRunsStore(surroundings))
  useEffect(() => void store.getState().refresh(), [store])
  return (
    <RunsStoreContext value={store}>
      <div className="runs">
        <Runs />
      </div>
    </RunsStoreContext>
  )
}

function Runs() {
  const entries = useRuns((state) => state.entries)
  const error = useRuns((state) => state.error)
  const dismissError = useRuns((state) => state.dismissError)
  const isOpen = useTrain(({ run }) => run !== null && !run.saved)
  const kept = entries?.filter(({ notes }) => notes.deletedAt === null) ?? []
  const deleted = entries?.filter(({ notes }) => notes.deletedAt !== null) ?? []
  const bytes = (entries ?? []).reduce((sum, entry) => sum + entry.bytes, 0)
  return (
    <>
      <header className="runs-head">
        <h1>Runs</h1>
        {entries !== null && (
          <p className="soft">
            {counted(kept.length, 'run')} in this browser, {megabytes(bytes)} of its storage. Nothing of them
            leaves it. Of each the last two checkpoints stay, and up to eight milestones to fork from.{' '}
            <a href="#/storage">All that is kept</a>
          </p>
        )}
        {isOpen && (
          <p className="soft">
            A run is open in Train. Whoever opens or <Term name="fork">forks</Term> another one leaves it; it
            stays here as it was last saved.
          </p>
        )}
        <div className="row">
          <ImportRun />
          <ImportAdapter />
        </div>
      </header>
      {error !== null && <ErrorNotice error={error} action={{ label: 'Close', act: dismissError }} />}
      {entries === null && error === null && <p className="soft">Reading the stored runs…</p>}
      {entries !== null && kept.length === 0 && <NoRuns />}
      <Undo />
      {kept.length > 0 && (
        <ul className="run-list" aria-label="Kept runs">
          {kept.map((entry, place) => (
            <RunCard key={entry.runId} entry={entry} place={place} entries={kept} />
          ))}
        </ul>
      )}
      <Comparison kept={kept} />
      {deleted.length > 0 && <Deleted entries={deleted} />}
    </>
  )
}

function NoRuns() {
  return (
    <div className="runs-empty">
      <p className="lead">No run has been kept here yet.</p>
      <p className="soft">
        A <Term name="run">run</Term> is stored after its first <Term name="step">step</Term>, and stays until
        you delete it. <a href="#/train">Start one in Train</a>, or{' '}
        <a href="#/recorded">take over the recorded one</a>.
      </p>
    </div>
  )
}

function Undo() {
  const deleted = useRuns((state) => state.deleted)
  const name = useName(deleted?.runId ?? '')
  const restore = useRuns((state) => state.restore)
  const button = useRef<HTMLButtonElement>(null)
  // The button that had the focus has gone with its card.
  useEffect(() => button.current?.focus(), [deleted])
  if (deleted === null) return null
  return (
    <p className="runs-undo" role="status">
      “{name}” is deleted.{' '}
      <button ref={button} type="button" className="button small" onClick={() => void restore(deleted.runId)}>
        Undo
      </button>
    </p>
  )
}

function Deleted({ entries }: { readonly entries: readonly RunEntry[] }) {
  const names = useRuns((state) => state.names)
  const restore = useRuns((state) => state.restore)
  const removeForGood = useRuns((state) => state.removeForGood)
  return (
    <details className="runs-deleted">
      <summary>{counted(entries.length, 'deleted run')}</summary>
      <p className="soft">Kept for a day, then removed for good at the next visit to this place.</p>
      <ul>
        {entries.map((entry) => (
          <li key={entry.runId}>
            <span>
              {names.get(entry.runId)} <span className="soft">{megabytes(entry.bytes)}</span>
            </span>
            <button type="button" className="button small" onClick={() => void restore(entry.runId)}>
              Restore
            </button>
            <button type="button" className="button small" onClick={() => void removeForGood(entry.runId)}>
              Delete for good
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}
