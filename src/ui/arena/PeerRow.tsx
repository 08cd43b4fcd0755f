/** The peers side by side, each in its colour, streaming. */
import { useState } from 'react'
import { TermText } from '../glossary/Term.tsx'
import { tokenWords } from '../glossary/tokenWords.ts'
import { agentColour } from '../shared/agent.ts'
import { counted, lastPart, seconds } from '../shared/format.ts'
import { Mark, verdictOf } from '../shared/Mark.tsx'
import { EditPeer } from './EditPeer.tsx'
import type { Round, Speech } from './thread.ts'

export function PeerRow({
  round,
  before,
  models,
  seats,
  stacked = false,
  editedSeat = null,
  onEdit,
}: {
  readonly round: Round
  readonly before: Round | null
  /** By peer. */
  readonly models: readonly string[]
  /** [seat] → peer. */
  readonly seats: readonly number[]
  readonly stacked?: boolean
  /** Seat whose words are the reader's, not the model's. */
  readonly editedSeat?: number | null
  /** Lets the reader put words into a peer's mouth; left out where that would make no sense. */
  readonly onEdit?: (edit: { readonly seat: number; readonly text: string }) => void
}) {
  const [editing, setEditing] = useState<number | null>(null)
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
          {editing === seat && onEdit !== undefined ? (
            <EditPeer
              seat={seat}
              text={speech.text}
              onDone={(text) => {
                setEditing(null)
                if (text !== null) onEdit({ seat, text })
              }}
            />
          ) : (
            <>
              <Words speech={speech} before={before?.peers[seat] ?? null} edited={editedSeat === seat} />
              {onEdit !== undefined && (
                <button type="button" className="link-button peer-edit" onClick={() => setEditing(seat)}>
                  Edit<span className="visually-hidden"> what peer {seat + 1} says</span>
                </button>
              )}
            </>
          )}
        </li>
      ))}
    </ul>
  )
}

function Words({
  speech,
  before,
  edited,
}: {
  readonly speech: Speech
  readonly before: Speech | null
  readonly edited: boolean
}) {
  if (speech.text === '' && !speech.done) return <p className="speech soft is-waiting">…</p>
  const changed = before !== null && speech.done && before.answer !== speech.answer
  return (
    <>
      <p className={speech.done ? 'speech' : 'speech is-streaming'}>{speech.text}</p>
      {speech.done && (
        <footer>
          {changed && <span className="changed">was {before.answer ?? 'no answer'}</span>}
          {edited && <span className="changed">your words</span>}
          {speech.tokens > 0 && (
            <>
              <span>
                <TermText text={counted(speech.tokens, 'token')} terms={tokenWords} />
              </span>
              <span>{seconds(speech.elapsedMs)}</span>
            </>
          )}
        </footer>
      )}
    </>
  )
}
