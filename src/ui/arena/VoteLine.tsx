/** What a plain vote of the peers would have said, beside what the leader said. */
import { Mark } from '../shared/Mark.tsx'
import type { Round } from './thread.ts'

export function VoteLine({ round: { peers, leader, vote, done } }: { readonly round: Round }) {
  if (!done) return null
  if (vote === null) {
    const any = peers.some(({ answer }) => answer !== null)
    return (
      <p className="vote">
        {any ? 'The peers do not agree: a vote has no winner.' : 'No peer gave an answer to vote for.'}
      </p>
    )
  }
  const voters = peers.filter(({ answer }) => answer === vote)
  const right = voters[0]?.right ?? null
  return (
    <p className="vote">
      <span>
        A vote of the peers says <strong>{vote}</strong> ({voters.length} of {peers.length})
      </span>
      {right !== null && <Mark verdict={right ? 'right' : 'wrong'} />}
      <span className="soft">
        {leader.answer === vote ? 'The leader agrees.' : 'The leader overrules it.'}
      </span>
    </p>
  )
}
