/** From watching to doing: the run goes on live, from the nearest state that the recording holds; says exactly which. */
import type { Recording } from '../../mlpo/recording/recording.ts'
import { TermText } from '../glossary/Term.tsx'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { finishedSteps, stateAt } from './position.ts'
import { useRecorded } from './recordedStore.ts'

export function TakeOver({ recording }: { readonly recording: Recording }) {
  const position = useRecorded((state) => state.position)
  const takingOver = useRecorded((state) => state.takingOver)
  const takeOver = useRecorded((state) => state.takeOver)
  const error = useRecorded((state) => state.error)
  const from = stateAt(recording.states, position)?.step ?? 0
  const finished = finishedSteps(position)
  return (
    <section className="take-over" aria-label="Take over">
      <button type="button" className="button" disabled={takingOver} onClick={() => void takeOver()}>
        {takingOver
          ? 'Taking over…'
          : from === 0
            ? 'Run it live from step 1'
            : `Take over after step ${from}`}
      </button>
      <p className="soft">
        <TermText
          text={
            from === 0
              ? 'Loads the four small models of this page and trains here, with the same settings and seed.'
              : `Trains on here with the four small models of this page${from < finished ? `; step ${from} is the last state that was kept before this one` : ''}. Adapter and optimiser are rounded to 8 bits, so that it comes close to the recording and does not repeat it.`
          }
          terms={{ Adapter: 'adapter', optimiser: 'optimiser' }}
        />
      </p>
      {error !== null && (
        <ErrorNotice error={error} action={{ label: 'Try again', act: () => void takeOver() }} />
      )}
    </section>
  )
}
