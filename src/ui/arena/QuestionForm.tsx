/** The question, typed or drawn, and who is asked. */
import { useEffect, useId, useRef } from 'react'
import { Segmented } from '../shared/Segmented.tsx'
import { counted } from '../shared/format.ts'
import { useLab } from '../shared/labStore.ts'
import { trainedWords } from '../shared/trainedWords.ts'
import { isBusy, useArena } from './arenaStore.ts'
import { DrawTools } from './DrawTools.tsx'
import { QuestionNote } from './QuestionNote.tsx'

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
      <QuestionNote id={help} />
    </form>
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
