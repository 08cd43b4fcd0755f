/** Run or pause, next stage, next step, stop; with the keys that do the same. */
import { partControls } from '../experiment/controls.ts'
import { useAccess } from '../experiment/experimentStore.ts'
import { readyConfig } from './ready.ts'
import { useTrain } from './trainStore.ts'

export function Controls({ onShortcuts }: { readonly onShortcuts: () => void }) {
  const run = useTrain((state) => state.run)
  const control = useTrain((state) => state.control)
  const newRun = useTrain((state) => state.newRun)
  const ready = useTrain((state) => readyConfig(state) !== null)
  const stages = useAccess(partControls.stages)
  const ended = run?.mode === 'finished' || run?.mode === 'failed'
  if (run === null && !ready) {
    return <p className="controls-hint">Correct what is marked below to start a run.</p>
  }
  if (ended) {
    return (
      <div className="controls" data-lesson="controls" role="group" aria-label="Controls">
        <button type="button" className={run.mode === 'failed' ? 'button' : 'button main'} onClick={newRun}>
          New run
        </button>
        <Keys onShortcuts={onShortcuts} />
      </div>
    )
  }
  const running = run?.mode === 'running'
  const runLabel = run === null ? 'Run' : 'Continue'
  return (
    <div className="controls" data-lesson="controls" role="group" aria-label="Controls">
      {run?.mode !== 'loading' && (
        <>
          <button type="button" className="button main" onClick={() => control(running ? 'pause' : 'run')}>
            {running ? 'Pause' : runLabel} <kbd aria-hidden="true">space</kbd>
          </button>
          {stages !== 'hidden' && (
            <>
              <button
                type="button"
                className="button"
                disabled={stages === 'locked'}
                onClick={() => control('stage')}
              >
                Next stage <kbd aria-hidden="true">.</kbd>
              </button>
              <button
                type="button"
                className="button"
                disabled={stages === 'locked'}
                onClick={() => control('step')}
              >
                Next step <kbd aria-hidden="true">&gt;</kbd>
              </button>
            </>
          )}
        </>
      )}
      {run !== null && !run.saved && (
        <button type="button" className="button" onClick={() => control('stop')}>
          {run.mode === 'loading' ? 'Cancel' : 'Stop'}
        </button>
      )}
      <Keys onShortcuts={onShortcuts} />
    </div>
  )
}

function Keys({ onShortcuts }: { readonly onShortcuts: () => void }) {
  return (
    <button
      type="button"
      className="button keys-button"
      aria-label="Keyboard shortcuts"
      onClick={onShortcuts}
    >
      ?
    </button>
  )
}
