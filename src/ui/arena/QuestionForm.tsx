/** The question: typed, or drawn from a family at a difficulty. */
import { useEffect, useId, useRef } from 'react'
import type { Difficulty } from '../../mlpo/task.ts'
import { Segmented } from '../shared/Segmented.tsx'
import { counted } from '../shared/format.ts'
import { useLab } from '../shared/labStore.ts'
import { trainedWords } from '../shared/trainedWords.ts'
import { isBusy, useArena } from './arenaStore.ts'
import { askedTask, difficulties, familyLabel, knownFamilies } from './question.ts'

export function QuestionForm() {
  const text = useArena((state) => state.text)
  const type = useArena((state) => state.type)
  const ask = useArena((state) => state.ask)
  const cancel = useArena((state) => state.cancel)
  const busy = useArena(({ exchange }) => Object.values(exchange?.threads ?? {}).some(isBusy))
  const field = useRef<HTMLTextAreaElement>(null)
  const help = useId()
  useEffect(() => {
    const fit = () => {
      const element = field.current
      if (element === null) return
      element.style.height = 'auto'
      element.style.height = `${element.scrollHeight + 2}px`
    }
    fit()
    window.addEventListener('resize', fit)
    return () => window.removeEventListener('resize', fit)
  }, [text])
  return (
    <form
      className="question"
      data-lesson="question"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) ask()
      }}
    >
      <label className="visually-hidden" htmlFor={`${help}-field`}>
        Question
      </label>
      <textarea
        id={`${help}-field`}
        ref={field}
        rows={1}
        value={text}
        spellCheck={false}
        required
        aria-describedby={help}
        placeholder="Type a question, or draw one below"
        onChange={(event) => type(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          event.currentTarget.form?.requestSubmit()
        }}
      />
      <div className="question-tools">
        <DrawTools />
        <LeaderChoiceTool />
        <div className="question-ask">
          {busy ? (
            <button type="button" className="button" onClick={cancel}>
              Cancel
            </button>
          ) : (
            <button type="submit" className="button main">
              Ask the team
            </button>
          )}
        </div>
      </div>
      <KnownAnswer id={help} />
    </form>
  )
}

function DrawTools() {
  const { family, difficulty } = useArena((state) => state.draw)
  const drawFrom = useArena((state) => state.drawFrom)
  const drawAnother = useArena((state) => state.drawAnother)
  const id = useId()
  return (
    <div className="row" role="group" aria-label="Draw a question">
      <label className="visually-hidden" htmlFor={id}>
        Family
      </label>
      <select
        id={id}
        className="field"
        value={family}
        onChange={(event) => drawFrom({ family: event.target.value })}
      >
        {(['math', 'logic', 'knowledge'] as const).map((domain) => (
          <optgroup key={domain} label={domain}>
            {knownFamilies
              .filter((candidate) => candidate.domain === domain)
              .map(({ name }) => (
                <option key={name} value={name}>
                  {familyLabel(name)}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      <Segmented
        label="Difficulty"
        value={String(difficulty)}
        options={difficulties.map((level) => ({
          value: String(level),
          label: level,
          name: `Difficulty ${level}`,
        }))}
        onChange={(level) => drawFrom({ difficulty: Number(level) as Difficulty })}
      />
      <button type="button" className="button" onClick={drawAnother}>
        Draw another
      </button>
    </div>
  )
}

/** Only once there is a trained leader of this team. */
function LeaderChoiceTool() {
  const trained = useLab((state) => state.trained)
  const leader = useLab((state) => state.preset.config.leader)
  const choice = useArena((state) => state.choice)
  const choose = useArena((state) => state.choose)
  if (trained === null || trained.config.leader !== leader) return null
  return (
    <Segmented
      label="Leader"
      value={choice}
      options={[
        { value: 'base', label: 'Before training' },
        {
          value: 'trained',
          label: trained.adapter === null ? `After ${counted(trained.steps, 'step')}` : trainedWords(trained),
        },
        { value: 'both', label: 'Both' },
      ]}
      onChange={choose}
    />
  )
}

function KnownAnswer({ id }: { readonly id: string }) {
  const text = useArena((state) => state.text)
  const drawn = useArena((state) => state.drawn)
  const known = askedTask(text, drawn).answer !== null
  const family = knownFamilies.find(({ name }) => name === drawn.family)
  return (
    <p className="question-note soft" id={id}>
      {known
        ? `${family?.description ?? ''} Training never shows this question; its answer is known, so every answer will be marked.`
        : 'Your own question: nobody knows the answer here, so nothing is marked. The nano models know only the kinds of question that can be drawn.'}
    </p>
  )
}
