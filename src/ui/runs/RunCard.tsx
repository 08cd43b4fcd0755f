/** One run: what it is called, where it comes from, how far it came, and what can be done with it. */
import { useId, useState } from 'react'
import { leftOutText } from '../../mlpo/left-out-questions.ts'
import type { RunEntry } from '../../workers/client-types.ts'
import { Term } from '../glossary/Term.tsx'
import { agentColour } from '../shared/agent.ts'
import { dateAndTime, decimal, megabytes, percent } from '../shared/format.ts'
import { changesText, colourOf, lastEvaluation, lastReward, originOf } from './describe.ts'
import { ForkPicker } from './ForkPicker.tsx'
import { RunFiles } from './RunFiles.tsx'
import { RunNotesForm } from './RunNotesForm.tsx'
import { useSurroundings } from './runsContext.ts'
import { useName, useRuns } from './runsStore.ts'

export function RunCard({
  entry,
  place,
  entries,
}: {
  readonly entry: RunEntry
  readonly place: number
  readonly entries: readonly RunEntry[]
}) {
  const isChosen = useRuns(({ chosen }) => chosen.includes(entry.runId))
  const choose = useRuns((state) => state.choose)
  const [editing, setEditing] = useState(false)
  const title = useId()
  const { state, notes, problem, notesProblem } = entry
  const name = useName(entry.runId)
  return (
    <li className="run-card" style={agentColour(colourOf(entry, place))} aria-labelledby={title}>
      <header>
        <i className="run-colour" aria-hidden="true" />
        <h2 id={title}>{name}</h2>
        <span className="soft run-facts">{facts(entry)}</span>
      </header>
      {state !== null && <Results entry={entry} />}
      <OriginLine entry={entry} entries={entries} />
      {entry.openIn === 'another tab' && (
        <p className="run-open">
          Open in another tab, which writes it. Here it can be compared, exported and forked; to go on with it
          or delete it, stop it there or close that tab.
        </p>
      )}
      {state !== null && state.leftOut !== null && (
        <p className="run-open">
          Its questions were left out of its file: {leftOutText(state.leftOut)}. It can be compared and
          exported; to go on with it or fork it, begin a new run in Train with the same team, take these
          questions from their file there, and come back.
        </p>
      )}
      {notes.text !== '' && <p className="run-text">{notes.text}</p>}
      {problem !== null && <p className="problem">{problem}</p>}
      {notesProblem !== null && <p className="problem">{notesProblem}</p>}
      <div className="row run-actions">
        {state !== null && (
          <label className="run-choice">
            <input
              type="checkbox"
              checked={isChosen}
              aria-label={`Compare ${name}`}
              onChange={({ target }) => choose(entry.runId, target.checked)}
            />
            Compare
          </label>
        )}
        <Actions entry={entry} name={name} editing={editing} setEditing={setEditing} />
      </div>
      {state !== null && <RunFiles state={state} name={name} />}
      {editing && <RunNotesForm entry={entry} place={place} done={() => setEditing(false)} />}
    </li>
  )
}

function Actions({
  entry,
  name,
  editing,
  setEditing,
}: {
  readonly entry: RunEntry
  readonly name: string
  readonly editing: boolean
  readonly setEditing: (editing: boolean) => void
}) {
  const open = useRuns((state) => state.open)
  const remove = useRuns((state) => state.remove)
  const { state, notesProblem } = entry
  const isOver = state !== null && state.step >= state.config.max_steps
  return (
    <>
      {state !== null && (
        <button
          type="button"
          className="button small"
          aria-label={`${isOver ? 'Open' : 'Continue'} ${name}`}
          onClick={() => open(entry)}
        >
          {isOver ? 'Open' : 'Continue'}
        </button>
      )}
      {state !== null && <ForkPicker entry={entry} name={name} />}
      {notesProblem === null && (
        <>
          <button
            type="button"
            className="button small"
            aria-expanded={editing}
            aria-label={`Edit ${name}`}
            onClick={() => setEditing(!editing)}
          >
            Edit
          </button>
          <button
            type="button"
            className="button small"
            aria-label={`Delete ${name}`}
            onClick={() => void remove(entry)}
          >
            Delete
          </button>
        </>
      )}
    </>
  )
}

function Results({ entry: { state } }: { readonly entry: RunEntry }) {
  if (state === null) return null
  const evaluation = lastEvaluation(state)
  const reward = lastReward(state)
  return (
    <dl className="run-results">
      <div>
        <dt>Steps</dt>
        <dd>
          {state.step} of {state.config.max_steps}
        </dd>
      </div>
      <div>
        <dt>
          <Term name="leader">Leader</Term> + <Term name="team">team</Term>
        </dt>
        <dd>
          {evaluation === null
            ? 'not evaluated'
            : `${percent(evaluation.leaderTeam.value)} at step ${evaluation.step}`}
        </dd>
      </div>
      <div>
        <dt>
          <Term name="vote">Vote</Term>
        </dt>
        <dd>{evaluation === null ? 'not evaluated' : percent(evaluation.majority.value)}</dd>
      </div>
      <div>
        <dt>
          <Term name="reward">Reward</Term>, last 10
        </dt>
        <dd>{reward === null ? 'none' : decimal(reward, { digits: 2 })}</dd>
      </div>
    </dl>
  )
}

function OriginLine({ entry, entries }: { readonly entry: RunEntry; readonly entries: readonly RunEntry[] }) {
  const { presets } = useSurroundings()
  const names = useRuns((state) => state.names)
  const origin = originOf(entry, { entries, names, presets })
  if (origin === null) return null
  return (
    <p className="run-origin">
      {entry.state?.questions && <span className="soft">Questions of {entry.state.questions.source}. </span>}
      {entry.notes.source !== null && <span className="soft">{entry.notes.source}. </span>}
      <span className="soft">
        {origin.changes.length === 0 ? `As ${origin.from} has it.` : `Differs from ${origin.from}: `}
      </span>
      {changesText(origin.changes)}
    </p>
  )
}

function facts({ savedAt, bytes, notes: { createdAt } }: RunEntry): string {
  const begun = createdAt === null ? '' : `begun ${dateAndTime(createdAt)}, `
  return `${begun}saved ${dateAndTime(savedAt)}, ${megabytes(bytes)}`
}
