/** Gates of a lesson: a condition on the live page, a choice, a number. Each can be skipped, so that nobody is stuck. */
import { useEffect, useId, useState } from 'react'
import type { SyntheticEvent, ReactNode } from 'react'
import { decimal } from '../shared/format.ts'
import type { GateProps } from './LessonBlock.tsx'
import type { Block } from './lesson.ts'
import { useLive } from './live.ts'

type Of<Kind extends Block['kind']> = GateProps & { readonly block: Extract<Block, { readonly kind: Kind }> }

export function CheckGate({ block: { ask, check }, isDone, done }: Of<'check'>) {
  return (
    <div className={isDone ? 'gate is-done' : 'gate'}>
      <p>{ask}</p>
      {isDone ? <p className="gate-reply">Done.</p> : <Waiting check={check} done={done} />}
    </div>
  )
}

/** Looks at the page for as long as it waits, and no longer. */
function Waiting({
  check,
  done,
}: {
  readonly check: Of<'check'>['block']['check']
  readonly done: () => void
}) {
  const holds = check.holds(useLive())
  useEffect(() => {
    if (holds) done()
  }, [holds, done])
  return (
    <p className="row">
      <span className="soft">The page is waiting for this.</span>
      <Skip done={done} />
    </p>
  )
}

export function ChoiceGate({ block: { ask, options }, isDone, done }: Of<'choice'>) {
  const [chosen, setChosen] = useState<number | null>(null)
  const right = options.findIndex(({ isRight }) => isRight)
  const at = chosen ?? (isDone ? right : null)
  const name = useId()
  return (
    <fieldset className={isDone ? 'gate is-done' : 'gate'}>
      <legend>{ask}</legend>
      {options.map(({ text, isRight }, index) => (
        <label key={text}>
          <input
            type="radio"
            name={name}
            checked={at === index}
            onChange={() => {
              setChosen(index)
              if (isRight) done()
            }}
          />
          <span>{text}</span>
        </label>
      ))}
      <Reply isRight={at === right}>{at !== null && options[at]?.reply}</Reply>
      {!isDone && chosen !== null && <Skip done={done} />}
    </fieldset>
  )
}

export function NumberGate({ block, isDone, done }: Of<'number'>) {
  const { ask, answer, tolerance, hint } = block
  const [text, setText] = useState('')
  const [reply, setReply] = useState<string | null>(null)
  const live = useLive()
  const id = useId()
  const expected = typeof answer === 'number' ? answer : answer.read(live)
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    const given = numberOf(text)
    if (expected === null) return setReply(typeof answer === 'number' ? null : answer.needs)
    if (given === null) return setReply('Type a number, such as 0.25.')
    if (Math.abs(given - expected) <= tolerance + 1e-9) {
      setReply(`Yes: ${decimal(expected)}.`)
      done()
    } else setReply(hint)
  }
  return (
    <form className={isDone ? 'gate is-done' : 'gate'} onSubmit={submit}>
      <label htmlFor={id}>{ask}</label>
      <p className="row">
        <input
          id={id}
          className="field"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        {!isDone && (
          <button type="submit" className="button">
            Check
          </button>
        )}
      </p>
      <Reply isRight={isDone}>{reply ?? (isDone && 'Done.')}</Reply>
      {!isDone && reply !== null && <Skip done={done} />}
    </form>
  )
}

/** As people write it: a comma, the page's own minus, a fraction. */
function numberOf(text: string): number | null {
  const plain = text.trim().replace(',', '.').replace('\u2212', '-')
  const [, above, below] = /^(-?\d+)\s*\/\s*(\d+)$/.exec(plain) ?? []
  const value = above === undefined ? Number(plain) : Number(above) / Number(below)
  return plain === '' || !Number.isFinite(value) ? null : value
}

function Reply({ isRight, children }: { readonly isRight: boolean; readonly children: ReactNode }) {
  return (
    <p className={isRight ? 'gate-reply' : 'gate-reply is-wrong'} role="status">
      {children}
    </p>
  )
}

function Skip({ done }: { readonly done: () => void }) {
  return (
    <button type="button" className="link-button" onClick={done}>
      Skip this
    </button>
  )
}
