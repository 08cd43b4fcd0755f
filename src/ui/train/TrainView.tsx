/** Train: the settings before a run; the run itself once it is open. */
import { useEffect, useRef } from 'react'
import { partControls } from '../experiment/controls.ts'
import { ExpectationList } from '../experiment/ExpectationList.tsx'
import { ResultExport } from '../experiment/ResultExport.tsx'
import { useAccess } from '../experiment/experimentStore.ts'
import { useLab } from '../shared/labStore.ts'
import { useTrain, useTrainStore } from './trainStore.ts'
import { Controls } from './Controls.tsx'
import { Charts } from './Charts.tsx'
import { Diagnosis } from './Diagnosis.tsx'
import { RunState } from './RunState.tsx'
import { RunSettings } from './RunSettings.tsx'
import { Setup } from './Setup.tsx'
import { SftPart } from './SftPart.tsx'
import { StageRail } from './StageRail.tsx'
import { StepView } from './StepView.tsx'
import { handleKey } from './keys.ts'
import { ShortcutsDialog, useShortcuts } from './ShortcutsDialog.tsx'

export function TrainView() {
  const store = useTrainStore()
  const run = useTrain((state) => state.run)
  const progress = useLab((state) => state.progress)
  const isBeforeSteps = useTrain(({ sft, current }) => sft !== null && current === null) && run?.step === 0
  const shortcuts = useShortcuts()
  const { on, open, setOpen } = shortcuts
  const stages = useAccess(partControls.stages) === 'open'
  const curves = useAccess(partControls.curves)
  const search = useRef<HTMLInputElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) =>
      handleKey(event, { store, on, stages, search: search.current, showList: () => setOpen(true) })
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [store, on, stages, setOpen])
  return (
    <div className={run === null ? 'train is-setup' : 'train'}>
      <h1 className="visually-hidden">Train: teach the leader</h1>
      <section className="train-side" aria-label="Run">
        <Controls onShortcuts={() => setOpen(true)} />
        {run !== null && (
          <>
            <RunState run={run} />
            <ExpectationList />
            <StageRail progress={progress} />
            <Diagnosis run={run} />
            <RunSettings config={run.config} />
            {run.step > 0 && <ResultExport run={run} />}
          </>
        )}
      </section>
      {run === null ? (
        <Setup search={search} />
      ) : (
        <>
          <section className="train-step" aria-label="The step">
            {!isBeforeSteps && <StepView />}
            <SftPart />
          </section>
          {curves === 'open' && (
            <section className="train-charts" data-lesson="curves" aria-label="Curves">
              <Charts run={run} />
            </section>
          )}
        </>
      )}
      <ShortcutsDialog {...shortcuts} open={open} />
    </div>
  )
}
