/** Name, colour and notes of a run. */
import { useId, useState } from 'react'
import type { RunEntry } from '../../workers/client-types.ts'
import { agentColour } from '../shared/agent.ts'
import { colourOf } from './describe.ts'
import { useName, useRuns } from './runsStore.ts'

const colours = Array.from({ length: 8 }, (_, colour) => colour)

export function RunNotesForm({
  entry,
  place,
  done,
}: {
  readonly entry: RunEntry
  readonly place: number
  readonly done: () => void
}) {
  const byDefault = useName(entry.runId)
  const describe = useRuns((state) => state.describe)
  const [name, setName] = useState(entry.notes.name)
  const [text, setText] = useState(entry.notes.text)
  const [colour, setColour] = useState(colourOf(entry, place))
  const [nameId, textId, group] = [useId(), useId(), useId()]
  const save = async () => {
    await describe(entry.runId, { name: name.trim(), text: text.trim(), colour })
    done()
  }
  return (
    <form
      className="run-form"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <label htmlFor={nameId}>Name</label>
      <input
        id={nameId}
        className="field"
        value={name}
        maxLength={120}
        placeholder={byDefault}
        onChange={({ target }) => setName(target.value)}
      />
      <fieldset>
        <legend>Colour</legend>
        {colours.map((each) => (
          <label key={each} style={agentColour(each)} className="run-colour-choice">
            <input
              type="radio"
              name={group}
              checked={each === colour}
              aria-label={`Colour ${each + 1}`}
              onChange={() => setColour(each)}
            />
            <i className="run-colour" aria-hidden="true" />
          </label>
        ))}
      </fieldset>
      <label htmlFor={textId}>Notes</label>
      <textarea
        id={textId}
        className="field"
        rows={3}
        value={text}
        maxLength={20_000}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="row">
        <button type="submit" className="button main small">
          Save
        </button>
        <button type="button" className="button small" onClick={done}>
          Cancel
        </button>
      </div>
    </form>
  )
}
