/** What a link has done to the page: its note, what it hides and locks with the way out, and what of it was not used. */
import type { ReactNode } from 'react'
import { controlNamed } from './controls.ts'
import type { ControlName } from './controls.ts'
import { useExperiment } from './experimentStore.ts'
import { NeedsNotice } from './NeedsNotice.tsx'

export function ExperimentBanner() {
  const { note, hidden, locked, needs, showAll } = useExperiment((state) => state.experiment)
  const announcement = useExperiment((state) => state.announcement)
  const restricts = !showAll && hidden.length + locked.length > 0
  const needed = needs.questions !== null || needs.rewards.length > 0
  return (
    <>
      <LinkProblems />
      {(note !== '' || restricts || needed) && (
        <section className="experiment-banner" aria-label="Set by the link">
          {note !== '' && <p className="experiment-note">{note}</p>}
          <NeedsNotice />
          {restricts && <Restrictions hidden={hidden} locked={locked} />}
        </section>
      )}
      <div className="visually-hidden" role="status" aria-live="polite">
        {announcement}
      </div>
    </>
  )
}

function Restrictions({
  hidden,
  locked,
}: {
  readonly hidden: readonly ControlName[]
  readonly locked: readonly ControlName[]
}) {
  const showEverything = useExperiment((state) => state.showEverything)
  return (
    <p>
      <span className="soft">The link that opened this page </span>
      {hidden.length > 0 && <>hides {listed(hidden)}</>}
      {hidden.length > 0 && locked.length > 0 && ' and '}
      {locked.length > 0 && <>locks {listed(locked)}</>}
      <span className="soft">.</span>{' '}
      <button type="button" className="link-button" onClick={showEverything}>
        Show everything
      </button>
    </p>
  )
}

function listed(names: readonly ControlName[]): ReactNode {
  const labels = names.map((name) => controlNamed(name)?.label ?? name)
  return <strong>{labels.join(', ')}</strong>
}

function LinkProblems() {
  const problems = useExperiment((state) => state.problems)
  const close = useExperiment((state) => state.closeProblems)
  if (problems.length === 0) return null
  return (
    <section className="notice link-problems" role="alert" aria-label="Problems of the link">
      <p>
        <strong>
          {problems.length === 1 ? 'A part' : `${problems.length} parts`} of this page’s link could not be
          used. The rest holds.
        </strong>
      </p>
      <ul>
        {problems.map(({ what, why }, at) => (
          <li key={at}>
            <span className="mono">{what}</span> {why}
            {why.endsWith('?') ? '' : '.'}
          </li>
        ))}
      </ul>
      <div className="row">
        <button type="button" className="button small" onClick={close}>
          Close
        </button>
      </div>
    </section>
  )
}
