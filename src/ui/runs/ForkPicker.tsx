/** Begins a new run from any checkpoint that is kept of one: the last two, and milestones. */
import { useState } from 'react'
import type { RunEntry } from '../../workers/client-types.ts'
import { useRuns } from './runsStore.ts'

export function ForkPicker({ entry, name }: { readonly entry: RunEntry; readonly name: string }) {
  const fork = useRuns((state) => state.fork)
  const [wanted, setWanted] = useState<number | null>(null)
  const { checkpoints } = entry
  // What was chosen may have gone since.
  const chosen = checkpoints.find(({ number }) => number === wanted) ?? checkpoints[0]
  if (chosen === undefined) return null
  const button = (label: string) => (
    <button
      type="button"
      className="button small"
      aria-label={`Fork after step ${chosen.step} of ${name}`}
      onClick={() => fork(entry, chosen)}
    >
      {label}
    </button>
  )
  if (checkpoints.length === 1) return button(`Fork after step ${chosen.step}`)
  return (
    <span className="run-fork">
      {button('Fork after step')}
      <select
        className="field"
        aria-label={`Step to fork ${name} after`}
        value={chosen.number}
        onChange={({ target }) => setWanted(Number(target.value))}
      >
        {checkpoints.map(({ number, step }) => (
          <option key={number} value={number}>
            {step}
          </option>
        ))}
      </select>
    </span>
  )
}
