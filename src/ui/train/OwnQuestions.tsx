/** Questions of one's own in place of generated ones: which are in use, and the way to others. */
import { Suspense, lazy, useState } from 'react'
import { groupControl, partControls } from '../experiment/controls.ts'
import { useAccess } from '../experiment/experimentStore.ts'
import { counted } from '../shared/format.ts'
import { useTrain } from './trainStore.ts'

/** Brings the report with it; fetched when somebody looks. */
const DataInspector = lazy(async () => ({ default: (await import('./DataInspector.tsx')).DataInspector }))

export function OwnQuestions() {
  const access = useAccess(partControls.settings, groupControl('Questions'))
  const [open, setOpen] = useState(false)
  if (access === 'hidden') return null
  return (
    <fieldset className="setting-group">
      <legend>Own questions</legend>
      <div className="setting-parts">
        <InUse locked={access === 'locked'} />
        {access === 'open' && (
          <details className="own-data" onToggle={(event) => setOpen(event.currentTarget.open)}>
            <summary>Take questions from a file, an address or the hub</summary>
            {open && (
              <Suspense fallback={<p className="soft">Loading…</p>}>
                <DataInspector />
              </Suspense>
            )}
          </details>
        )}
      </div>
    </fieldset>
  )
}

function InUse({ locked }: { readonly locked: boolean }) {
  const questions = useTrain((state) => state.questions)
  const settings = useTrain(({ draft }) => draft.config ?? draft.from)
  const setQuestions = useTrain((state) => state.setQuestions)
  if (questions === null) {
    return <p className="soft">The built-in generators ask, by the families and the difficulty above.</p>
  }
  const train = Math.min(questions.train.length, settings.task_count)
  const dev = Math.min(questions.dev.length, settings.eval_size)
  return (
    <div className="data-in-use" role="status">
      <p>
        The next run trains on {counted(train, 'question')} of <strong>{questions.source}</strong> and is
        tested on {counted(dev, 'other')}. Families and difficulty have no effect on them; how many are taken
        follows from <span className="mono">task_count</span> and <span className="mono">eval_size</span>. A
        link does not carry them.
      </p>
      {!locked && (
        <button type="button" className="button small" onClick={() => setQuestions(null)}>
          Use the built-in questions again
        </button>
      )}
    </div>
  )
}
