/** Other words for a peer: a field with its text, and the leader is asked again. Can it be misled? */
import { useEffect, useRef, useState } from 'react'

export function EditPeer({
  seat,
  text,
  onDone,
}: {
  readonly seat: number
  readonly text: string
  /** null = nothing is changed. */
  readonly onDone: (text: string | null) => void
}) {
  const [words, setWords] = useState(text)
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus(), [])
  const trimmed = words.trim()
  return (
    <form
      className="peer-editor"
      onSubmit={(event) => {
        event.preventDefault()
        if (trimmed !== '') onDone(trimmed === text.trim() ? null : trimmed)
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onDone(null)
      }}
    >
      <textarea
        ref={field}
        className="field"
        rows={5}
        maxLength={4000}
        aria-label={`What peer ${seat + 1} says`}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <p className="soft">The leader reads “Answer: …” at the end as its answer.</p>
      <div className="row">
        <button type="submit" className="button small" disabled={trimmed === ''}>
          Ask the leader again
        </button>
        <button type="button" className="link-button" onClick={() => onDone(null)}>
          Cancel
        </button>
      </div>
    </form>
  )
}
