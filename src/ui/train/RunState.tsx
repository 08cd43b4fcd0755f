/** Where the run stands in one line, the work that is being counted, and what to do when it failed. */
import { Suspense, lazy } from 'react'
import { useLab } from '../shared/labStore.ts'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { ProgressBar } from '../shared/ProgressBar.tsx'
import { useTrain } from './trainStore.ts'
import type { Run } from './trainStore.ts'

const RewardCode = lazy(async () => ({ default: (await import('./RewardCode.tsx')).RewardCode }))

export function RunState({ run }: { readonly run: Run }) {
  const progress = useLab((state) => state.progress)
  const control = useTrain((state) => state.control)
  const newRun = useTrain((state) => state.newRun)
  const isElsewhere = useTrain((state) => state.isElsewhere)
  const isImported = run.adapter !== null && run.step === 0
  const steps = `${run.step} of ${run.config.max_steps}`
  // The work within a stage is told in the rail, that of phase 1 by its own part.
  const within = progress !== null && ['sample', 'loss', 'traces'].includes(progress.what)
  const showsProgress = progress !== null && !within && (run.mode === 'loading' || run.mode === 'running')
  return (
    <div className="run-state">
      <p>
        <i className={`state-dot is-${run.mode}`} aria-hidden="true" />
        <strong>{words(run)}</strong>
        <span className="soft">{steps} steps done</span>
      </p>
      {run.saved && (
        <p className="soft">
          {isElsewhere
            ? 'This run is open in another tab, which writes its checkpoints; two at once would spoil them. Go on there; or stop it there, or close that tab, and continue here. '
            : isImported
              ? `The leader has the adapter ${run.adapter}, and trains on from it. `
              : `This run was left at step ${run.step}. Its curves are from the last checkpoint; it goes on with the very next batch. `}
          <button type="button" className="link-button" onClick={newRun}>
            Start a new run instead
          </button>
        </p>
      )}
      {showsProgress && <ProgressBar progress={progress} />}
      {run.mode === 'loading' && progress === null && <p className="soft">Waking the team…</p>}
      {(run.mode === 'finished' ? run.step > 0 : isImported) && (
        <p>
          <a href="#/arena">Ask the trained leader in the Arena</a>, or <a href="#/evaluate">evaluate it</a>
        </p>
      )}
      {run.error?.name === 'RewardCodeError' && (
        <Suspense>
          {run.config.custom_rewards.map((name) => (
            <RewardCode key={name} name={name} />
          ))}
        </Suspense>
      )}
      {run.error !== null && (
        <ErrorNotice
          error={run.error}
          action={{
            label:
              run.step > 0 && run.error.name !== 'RunInUseError'
                ? 'Go on from the last checkpoint'
                : 'Try again',
            act: () => control('run'),
          }}
        />
      )}
    </div>
  )
}

function words({ mode, step, config }: Run): string {
  switch (mode) {
    case 'loading':
      return 'Getting ready'
    case 'running':
      return 'Running'
    case 'paused':
      return 'Paused'
    case 'finished':
      return step < config.max_steps ? 'Stopped' : 'Finished'
    case 'failed':
      return 'Failed'
  }
}
