/** Draws a question: from a family at a difficulty, or from the person's own ones, once there are some. */
import { useId } from 'react'
import type { Difficulty } from '../../mlpo/task.ts'
import { Segmented } from '../shared/Segmented.tsx'
import { useTrain } from '../train/trainStore.ts'
import { useArena } from './arenaStore.ts'
import { difficulties, familyLabel, knownFamilies } from './question.ts'

/** No family has a space in its name. */
const own = 'own questions'

export function DrawTools() {
  const draw = useArena((state) => state.draw)
  const drawFrom = useArena((state) => state.drawFrom)
  const drawOwn = useArena((state) => state.drawOwn)
  const drawAnother = useArena((state) => state.drawAnother)
  const imported = useTrain((state) => state.questions)
  const id = useId()
  // What was drawn from stays in the list, also when the next run no longer trains on it.
  const questions = imported ?? (draw.from === 'own' ? draw.questions : null)
  const isOther = draw.from === 'own' && questions !== null && draw.questions !== questions
  return (
    <div className="row" role="group" aria-label="Draw a question">
      <label className="visually-hidden" htmlFor={id}>
        Family
      </label>
      <select
        id={id}
        className="field draw-family"
        value={draw.from === 'own' ? own : draw.family}
        onChange={({ target: { value } }) =>
          value === own && questions !== null ? drawOwn(questions) : drawFrom({ family: value })
        }
      >
        {questions !== null && (
          <optgroup label="your own">
            <option value={own}>{questions.source}</option>
          </optgroup>
        )}
        <Families />
      </select>
      {draw.from === 'family' && (
        <span className="draw-difficulty">
          <span aria-hidden="true">Difficulty</span>
          <Segmented
            label="Difficulty"
            value={String(draw.difficulty)}
            options={difficulties.map((level) => ({
              value: String(level),
              label: level,
              name: `Difficulty ${level}`,
            }))}
            onChange={(level) => drawFrom({ difficulty: Number(level) as Difficulty })}
          />
        </span>
      )}
      <button type="button" className="button" onClick={() => (isOther ? drawOwn(questions) : drawAnother())}>
        Draw another
      </button>
    </div>
  )
}

function Families() {
  return (['math', 'logic', 'knowledge'] as const).map((domain) => (
    <optgroup key={domain} label={domain}>
      {knownFamilies
        .filter((candidate) => candidate.domain === domain)
        .map(({ name }) => (
          <option key={name} value={name}>
            {familyLabel(name)}
          </option>
        ))}
    </optgroup>
  ))
}
