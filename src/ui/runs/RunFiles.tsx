/** What can be saved of a run as files, and what goes along in them. */
import { useMemo, useState } from 'react'
import type { QuestionSet } from '../../mlpo/question-set.ts'
import type { SavedRun } from '../../workers/client-types.ts'
import { counted } from '../shared/format.ts'
import { sizeText } from '../storage/words.ts'
import { useRuns } from './runsStore.ts'

export function RunFiles({ state, name }: { readonly state: SavedRun; readonly name: string }) {
  const exportRun = useRuns((runs) => runs.exportRun)
  const exportAdapter = useRuns((runs) => runs.exportAdapter)
  const working = useRuns((runs) => runs.working)
  const [open, setOpen] = useState(false)
  const [leavesOut, setLeavesOut] = useState(false)
  const { runId, questions } = state
  return (
    <details className="run-files" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>Files</summary>
      <div className="row">
        <button
          type="button"
          className="button small"
          aria-label={`Export run ${name}`}
          disabled={working}
          onClick={() => void exportRun(runId, { questions: leavesOut ? 'left out' : 'along' })}
        >
          Export run
        </button>
        <button
          type="button"
          className="button small"
          aria-label={`Export adapter of ${name}`}
          disabled={working}
          onClick={() => void exportAdapter(runId)}
        >
          Export adapter
        </button>
      </div>
      {open && questions !== null && (
        <OwnQuestions questions={questions} leavesOut={leavesOut} setLeavesOut={setLeavesOut} />
      )}
      <p className="soft">
        The run: checkpoint, settings, metrics, evaluations, adapter, in one zip that can be imported here and
        elsewhere. The adapter: a PEFT folder in a zip. Your notes go along with the run.
      </p>
    </details>
  )
}

function OwnQuestions({
  questions,
  leavesOut,
  setLeavesOut,
}: {
  readonly questions: QuestionSet
  readonly leavesOut: boolean
  readonly setLeavesOut: (leavesOut: boolean) => void
}) {
  const { source, train, dev, test } = questions
  const bytes = useMemo(() => new Blob([JSON.stringify(questions)]).size, [questions])
  const amount = `${counted(train.length, 'question')} to train on and ${dev.length + test.length} held out`
  return (
    <>
      <label className="run-choice">
        <input type="checkbox" checked={leavesOut} onChange={({ target }) => setLeavesOut(target.checked)} />
        Leave the questions of {source} out of the run’s file
      </label>
      <p className="soft">
        {leavesOut
          ? `Left out: ${amount}, and what the first phase of training quoted of them. Who imports the file can look at the run and compare it; to go on with it they need the questions, too.`
          : `In the file, for everybody who gets it: ${amount} (${sizeText(bytes)}).`}
      </p>
    </>
  )
}
