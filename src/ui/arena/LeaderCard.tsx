/** The leader's thought, and its answer in large. Model text is shown as text, whatever it holds. */
import type { ReactNode } from 'react'
import { TermText } from '../glossary/Term.tsx'
import { tokenWords } from '../glossary/tokenWords.ts'
import { agentColour } from '../shared/agent.ts'
import { counted, seconds } from '../shared/format.ts'
import { Mark, verdictOf } from '../shared/Mark.tsx'
import { mentionsOf } from './mentions.ts'
import { partsOf } from './thread.ts'
import type { Round, Thread } from './thread.ts'

export function LeaderCard({
  title,
  round,
  waits,
  seats,
}: {
  readonly title: string
  readonly round: Round
  readonly waits: Thread
  /** [seat] → peer. */
  readonly seats: readonly number[]
}) {
  const { leader } = round
  const streamed = partsOf(leader.text)
  const thought = leader.done
    ? (leader.thought ?? (leader.answer === null ? leader.text : ''))
    : streamed.thought
  // "May 22" as it was written, not in the lower case of what is compared.
  const asWritten = !leader.done || streamed.answer.toLowerCase() === leader.answer
  const answer = asWritten ? streamed.answer : leader.answer
  return (
    <article className="leader" aria-label={title} data-lesson="leader">
      <header>
        <h3>{title}</h3>
        {leader.done && (
          <span className="soft">
            <TermText text={counted(leader.tokens, 'token')} terms={tokenWords} />,{' '}
            {seconds(leader.elapsedMs)}
          </span>
        )}
      </header>
      {thought === '' && !leader.done && <p className="thought is-waiting">{waitingText(round, waits)}</p>}
      {thought !== '' && (
        <p className={leader.done ? 'thought' : 'thought is-streaming'}>{withPeers(thought, seats)}</p>
      )}
      {answer !== null && answer !== '' && (
        <p className="answer">
          <span>{answer}</span>
          {leader.right !== null && (
            <Mark verdict={verdictOf({ right: leader.right, answer: leader.answer })} />
          )}
        </p>
      )}
      {leader.done && leader.answer === null && (
        <div className="answer is-missing">
          <Mark verdict="unparseable" />
          <span>{leader.unparseable?.reason ?? 'No answer was found in the text.'}</span>
        </div>
      )}
    </article>
  )
}

function waitingText(round: Round, { status }: Thread): string {
  if (status === 'cancelled') return 'Cancelled before it spoke.'
  if (status === 'failed') return 'It did not get to speak.'
  if (status === 'waiting' || status === 'loading') return 'Its turn comes next.'
  return round.peers.every(({ done }) => done) ? 'Reads the peers…' : 'Waits for the peers…'
}

/** "Peer 2", and the numbers in "1 and 3 agree", underlined in that peer's colour. */
function withPeers(thought: string, seats: readonly number[]): ReactNode[] {
  return mentionsOf(thought).map(({ text, seat }, index) =>
    seat === null ? (
      text
    ) : (
      <span key={index} className="mention" style={agentColour(seats[seat] ?? seat)}>
        {text}
      </span>
    ),
  )
}
