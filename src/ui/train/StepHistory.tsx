/** Which step is laid out: the present one, or any finished one by its number; and which other one it is compared with. */
import { useId } from 'react'
import { counted } from '../shared/format.ts'
import { useTrain } from './trainStore.ts'

export function StepHistory({ shown }: { readonly shown: number | null }) {
  const metrics = useTrain((state) => state.metrics)
  const kept = useTrain((state) => state.kept)
  const opened = useTrain((state) => state.opened)
  const compared = useTrain((state) => state.compared)
  const openStep = useTrain((state) => state.openStep)
  const compareWith = useTrain((state) => state.compareWith)
  // Finished steps come with a change of the run, which draws this anew.
  const finished = metrics.steps()
  const first = finished[0]
  const last = Math.max(finished.at(-1) ?? 0, kept.steps.at(-1) ?? 0)
  if (first === undefined || last === 0) return null
  const at = Math.min(opened ?? shown ?? last, last)
  const isPartial = (kept.get(at)?.totals ?? null) !== null
  return (
    <nav className="step-history" aria-label="Steps">
      <div className="row">
        <button
          type="button"
          className="button small"
          disabled={at <= first}
          onClick={() => openStep(at - 1)}
        >
          Earlier
        </button>
        <StepNumber label="Step" value={at} range={[first, last]} onChange={openStep} />
        <span className="soft">of {last}</span>
        <button type="button" className="button small" disabled={at >= last} onClick={() => openStep(at + 1)}>
          Later
        </button>
        {opened !== null && (
          <button type="button" className="button small" onClick={() => openStep(null)}>
            Back to the present
          </button>
        )}
        {compared === null ? (
          <button
            type="button"
            className="button small"
            disabled={last <= first}
            onClick={() => compareWith(at === first ? last : first)}
          >
            Compare with another
          </button>
        ) : (
          <>
            <StepNumber label="with step" value={compared} range={[first, last]} onChange={compareWith} />
            <button type="button" className="button small" onClick={() => compareWith(null)}>
              Stop comparing
            </button>
          </>
        )}
      </div>
      <p className="soft">
        {isPartial ? 'Every step was recorded with some of its groups.' : keptWords(kept.steps, last)}
      </p>
    </nav>
  )
}

function keptWords(steps: readonly number[], finished: number): string {
  const [first] = steps
  const last = steps.at(-1)
  if (first === undefined || last === undefined)
    return 'Of steps before this visit only the numbers are kept, of all of them.'
  const which = first === last ? `Step ${first} is` : `Steps ${first} to ${last} are`
  const others = steps.length < finished ? '; of all others the numbers' : ''
  return `${which} kept in full, ${counted(steps.length, 'step')}${others}.`
}

function StepNumber({
  label,
  value,
  range: [first, last],
  onChange,
}: {
  readonly label: string
  readonly value: number
  readonly range: readonly [number, number]
  readonly onChange: (step: number) => void
}) {
  const id = useId()
  return (
    <label htmlFor={id} className="step-number">
      {label}{' '}
      <input
        id={id}
        className="field"
        type="number"
        min={first}
        max={last}
        value={value}
        onChange={({ target }) => {
          const wanted = target.valueAsNumber
          if (Number.isInteger(wanted) && wanted >= first && wanted <= last) onChange(wanted)
        }}
      />
    </label>
  )
}
