/** Before anything is evaluated: who will be compared with whom, and what can be said with and without a trained leader. */
import { trainedWords } from '../shared/trainedWords.ts'
import { Term, TermText } from '../glossary/Term.tsx'
import { useCandidate } from './useCandidate.ts'

const rows: readonly (readonly [string, string])[] = [
  ['Leader + team', 'reads what the peers wrote, thinks, decides'],
  ['Leader alone', 'the same leader without its team: what it knows by itself'],
  ['Vote of the peers', 'the answer that most peers give, also for as many tokens as the team takes'],
  ['Best peer, tables', 'always asking the same peer, or the one that is best at this kind of question'],
  ['Oracle', 'at least one peer is right: as good as choosing among them can be'],
]

const rowTerms = { 'Vote of the peers': 'vote', tokens: 'token', Oracle: 'oracle' } as const

export function EmptyState() {
  const { trained } = useCandidate()
  return (
    <section className="evaluate-empty card" aria-labelledby="evaluate-empty">
      <h2 id="evaluate-empty">What will be compared</h2>
      <p>
        A <Term name="leader">leader</Term> leads if its <Term name="team">team</Term> is right more often
        than a vote of the same <Term name="peer">peers</Term>, and more often than the leader is alone. So
        all of these answer the same <Term name="heldOut">held-out questions</Term>, which training never
        sees:
      </p>
      <dl>
        {rows.map(([who, what]) => (
          <div key={who}>
            <dt>
              <TermText text={who} terms={rowTerms} />
            </dt>
            <dd>
              <TermText text={what} terms={rowTerms} />
            </dd>
          </div>
        ))}
      </dl>
      <p>
        Then come the controls: another question’s <Term name="proposal">proposals</Term>, peers that lie,{' '}
        <Term name="seat">seats</Term> in another order. They tell a leader that reads from one that{' '}
        <Term name="routing">routes</Term> or guesses.
      </p>
      {trained === null ? (
        <p>
          <strong>No leader is trained yet.</strong> You can measure the untrained one: where training starts
          from. With a run of at least one step, open or saved, the untrained and the trained leader are
          compared question by question. <a href="#/train">Train one</a>
        </p>
      ) : (
        <p>
          <strong>The leader {trainedWords(trained)} is compared with the untrained one,</strong> question by
          question: same proposals, same random numbers, so that nothing differs but the training.
        </p>
      )}
    </section>
  )
}
