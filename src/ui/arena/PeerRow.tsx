/** The peers side by side, each in its colour, streaming. */
import { agentColour } from '../shared/agent.ts'
import { counted, lastPart, seconds } from '../shared/format.ts'
import { Mark, verdictOf } from '../shared/Mark.tsx'
import type { Round, Speech } from './thread.ts'

export function PeerRow({
  round,
  before,
  models,
  seats,
  stacked = false,
}: {
  readonly round: Round
  readonly before: Round | null
  /** By peer. */
  readonly models: readonly string[]
  /** [seat] → peer. */
  readonly seats: readonly number[]
  readonly stacked?: boolean
}) {
  return (
    <ul className={stacked ? 'peers is-stacked' : 'peers'} aria-label="Peers" data-lesson="peers">
      {round.peers.map((speech, seat) => (
        <li key={seat} className="peer" style={agentColour(seats[seat] ?? seat)}>
          <header>
            <h3>Peer {seat + 1}</h3>
            <span className="mono soft">{lastPart(models[seats[seat] ?? seat] ?? '')}</span>
            {speech.done && speech.right !== null && (
              <Mark verdict={verdictOf({ right: speech.right, answer: speech.answer })} />
            )}
          </header>
          <Words speech={speech} before={before?.peers[seat] ?? null} />
        </li>
      ))}
    </ul>
  )
}

function Words({ speech, before }: { readonly speech: Speech; readonly before: Speech | null }) {
  if (speech.text === '' && !speech.done) return <p className="speech soft is-waiting">…</p>
  const changed = before !== null && speech.done && before.answer !== speech.answer
  return (
    <>
      <p className={speech.done ? 'speech' : 'speech is-streaming'}>{speech.text}</p>
      {speech.done && (
        <footer>
          {changed && <span className="changed">was {before.answer ?? 'no answer'}</span>}
          <span>{counted(speech.tokens, 'token')}</span>
          <span>{seconds(speech.elapsedMs)}</span>
        </footer>
      )}
    </>
  )
}
