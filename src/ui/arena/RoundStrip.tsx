/** The rounds so far, each to be visited again. Radio buttons, so that arrow keys move along the strip. */
import { useId } from 'react'
import { useArena } from './arenaStore.ts'
import { Term, TermText } from '../glossary/Term.tsx'
import type { Thread } from './thread.ts'

export function RoundStrip({
  count,
  at,
  threads,
}: {
  readonly count: number
  readonly at: number
  readonly threads: readonly Thread[]
}) {
  const showRound = useArena((state) => state.showRound)
  const group = useId()
  const changed = changedMinds(threads, at)
  return (
    <div className="round-strip" data-lesson="rounds">
      <span className="soft">
        <Term name="round">Round</Term>
      </span>
      <div role="radiogroup" aria-label="Round" className="round-dots">
        {Array.from({ length: count }, (_, round) => (
          <label key={round}>
            <input
              type="radio"
              name={group}
              checked={round === at}
              aria-label={`Round ${round}`}
              onChange={() => showRound(round)}
            />
            <span aria-hidden="true">{round}</span>
          </label>
        ))}
      </div>
      <p className="soft">
        <TermText
          text={at === 0 ? 'Every peer answers on its own; then the leader decides.' : changed}
          terms={{ peer: 'peer', leader: 'leader' }}
        />
      </p>
    </div>
  )
}

/** Which peers gave another answer than in the round before. */
function changedMinds(threads: readonly Thread[], at: number): string {
  const seats = new Set<number>()
  for (const { rounds } of threads) {
    rounds[at]?.peers.forEach((speech, seat) => {
      const before = rounds[at - 1]?.peers[seat]
      if (speech.done && before?.done === true && speech.answer !== before.answer) seats.add(seat)
    })
  }
  const names = [...seats].sort().map((seat) => `Peer ${seat + 1}`)
  const first = 'Every peer has read what the leader wrote.'
  return names.length === 0
    ? first
    : `${first} ${names.join(' and ')} changed ${names.length > 1 ? 'their minds' : 'its mind'}.`
}
