/** For whoever opens a link: what the experiment needs that no link can carry, and whether it is there. */
import { useTrain } from '../train/trainStore.ts'
import { useExperiment } from './experimentStore.ts'
import { needLines } from './needs.ts'
import type { NeedLine } from './needs.ts'

export function NeedsNotice() {
  const needs = useExperiment(({ experiment }) => experiment.needs)
  const source = useTrain(({ run, questions }) => (run === null ? questions : run.questions)?.source ?? null)
  const rewards = useTrain(({ run, draft }) => (run?.config ?? draft.settings).custom_rewards)
  const lines = needLines(needs, { source, rewards })
  if (lines.length === 0) return null
  return (
    <div className="experiment-needs">
      <p>
        <strong>
          {lines.every(({ isThere }) => isThere)
            ? 'All that a link cannot carry is there.'
            : 'This experiment needs something that no link can carry.'}
        </strong>
      </p>
      <NeedList lines={lines} />
    </div>
  )
}

export function NeedList({ lines }: { readonly lines: readonly NeedLine[] }) {
  return (
    <ul>
      {lines.map(({ what, isThere, words }) => (
        <li key={what} className={isThere ? 'is-there' : undefined}>
          <strong>{what}</strong> {words}
        </li>
      ))}
    </ul>
  )
}
