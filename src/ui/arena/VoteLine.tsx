/** What a plain vote of the peers would have said, beside what the leader said. */
import { Mark } from '../shared/Mark.tsx'
import { Term, TermText } from '../glossary/Term.tsx'
import type { Round } from './thread.ts'

export function VoteLine({ round }: { readonly round: Round }) {
  const { peers, leader, vote, done } = round
  if (!done) return null
  const answered = peers.some(({ answer }) => answer !== null)
  const voters = peers.filter(({ answer }) => answer === vote)
  const right = vote === null ? null : (voters[0]?.right ?? null)
  return (
    <p className="vote" data-lesson="vote">
      {vote === null ? (
        <span>{answered ? 'A vote of the peers has no winner.' : 'No peer gave an answer to vote for.'}</span>
      ) : (
        <span>
          A <Term name="vote">vote</Term> of the peers says <strong>{vote}</strong> ({voters.length} of{' '}
          {peers.length})
        </span>
      )}
      {right !== null && <Mark verdict={right ? 'right' : 'wrong'} />}
      {leader.answer !== null && (
        <span className="soft">
          <TermText text={agreement(round)} terms={{ overrules: 'overrule' }} />
        </span>
      )}
    </p>
  )
}

/** Whose answer the leader's is. */
function agreement({ peers, leader, vote }: Round): string {
  const same = peers.flatMap(({ answer }, seat) => (answer === leader.answer ? [`Peer ${seat + 1}`] : []))
  const overrules =
    vote !== null && leader.answer !== vote ? 'The leader overrules it and answers ' : 'The leader answers '
  const like = same.length === 0 ? 'like none of them' : `like ${same.join(' and ')}`
  return `${overrules}${like}.`
}
