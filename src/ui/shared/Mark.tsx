/** Right, wrong, or no answer that could be read: shape, colour and word together, never colour alone. */
import type { ReactNode } from 'react'

export type Verdict = 'right' | 'wrong' | 'unparseable'

const words: Readonly<Record<Verdict, string>> = { right: 'right', wrong: 'wrong', unparseable: 'no answer' }
const classes: Readonly<Record<Verdict, string>> = {
  right: 'is-right',
  wrong: 'is-wrong',
  unparseable: 'is-none',
}
const shapes: Readonly<Record<Verdict, ReactNode>> = {
  right: (
    <>
      <circle cx="10" cy="10" r="9" fill="currentColor" />
      <path d="M5.5 10.5l3 3 6-7" fill="none" stroke="var(--card)" strokeWidth="2.2" />
    </>
  ),
  wrong: (
    <>
      <circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M6.8 6.8l6.4 6.4M13.2 6.8l-6.4 6.4" stroke="currentColor" strokeWidth="2" />
    </>
  ),
  unparseable: (
    <>
      <rect
        x="2"
        y="2"
        width="16"
        height="16"
        rx="3"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeDasharray="3 2.4"
      />
      <path d="M6.5 10h7" stroke="currentColor" strokeWidth="2" />
    </>
  ),
}

export function verdictOf({
  right,
  answer,
}: {
  readonly right: boolean
  readonly answer: string | null
}): Verdict {
  return right ? 'right' : answer === null ? 'unparseable' : 'wrong'
}

export function Mark({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span className={`mark ${classes[verdict]}`}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        {shapes[verdict]}
      </svg>
      <span>{words[verdict]}</span>
    </span>
  )
}
