/** The recorded run, laid out by the views that a live run has. The page opens here for whoever comes the first time. */
import { useEffect } from 'react'
import type { Recording } from '../../mlpo/recording/recording.ts'
import { Term } from '../glossary/Term.tsx'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { Charts } from '../train/Charts.tsx'
import { handleKey } from '../train/keys.ts'
import { StageRail } from '../train/StageRail.tsx'
import { StepView } from '../train/StepView.tsx'
import { TrainContext, useTrain } from '../train/trainStore.ts'
import type { TrainStore } from '../train/trainStore.ts'
import { About } from './About.tsx'
import { PlayerControls } from './PlayerControls.tsx'
import { useRecorded, useRecordedStore } from './recordedStore.ts'
import { TakeOver } from './TakeOver.tsx'

export function RecordedView() {
  const store = useRecordedStore()
  const recording = useRecorded((state) => state.recording)
  const shown = useRecorded((state) => state.shown)
  const error = useRecorded((state) => state.error)
  useEffect(() => {
    void store.getState().open()
    return () => store.getState().control('pause')
  }, [store])
  return (
    <div className="recorded">
      <header className="recorded-head">
        <h1>A leader learns to lead a team</h1>
        <p>
          Three small language models, the <Term name="peer">peers</Term>, each answer a question. A fourth,
          the <Term name="leader">leader</Term>, reads their answers, thinks, and decides. It writes several
          decisions to each question; those that <Term name="reward">earn</Term> more than their{' '}
          <Term name="baseline">average</Term> become likelier.
        </p>
      </header>
      {error !== null && recording === null && (
        <ErrorNotice error={error} action={{ label: 'Try again', act: () => void store.getState().open() }} />
      )}
      {recording === null && error === null && <p className="soft">Fetching the recorded run…</p>}
      {recording !== null && shown !== null && <Playing recording={recording} shown={shown} />}
    </div>
  )
}

function Playing({ recording, shown }: { readonly recording: Recording; readonly shown: TrainStore }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) =>
      handleKey(event, { store: shown, on: true, stages: true, search: null, showList: () => undefined })
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [shown])
  return (
    <TrainContext value={shown}>
      <div className="train">
        <section className="train-side" aria-label="Recorded run">
          <PlayerControls recording={recording} />
          <TakeOver recording={recording} />
          <StageRail progress={null} />
        </section>
        <section className="train-step" aria-label="The step">
          <StepView />
        </section>
        <section className="train-charts" aria-label="Curves">
          <RecordedCharts />
          <About recording={recording} />
        </section>
      </div>
    </TrainContext>
  )
}

function RecordedCharts() {
  const run = useTrain((state) => state.run)
  return run === null ? null : <Charts run={run} />
}
