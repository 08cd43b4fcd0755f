/** Arena: ask the team a question and read how it comes to its answer. */
import { QuestionForm } from './QuestionForm.tsx'
import { ExchangeView } from './ExchangeView.tsx'
import { Term } from '../glossary/Term.tsx'
import { useArena } from './arenaStore.ts'

export function ArenaView() {
  const exchange = useArena((state) => state.exchange)
  return (
    <div className="arena">
      <h1 className="visually-hidden">Arena: ask the team</h1>
      <QuestionForm />
      {exchange === null ? <Explanation /> : <ExchangeView exchange={exchange} />}
    </div>
  )
}

function Explanation() {
  return (
    <section className="arena-empty" aria-label="What happens">
      <svg viewBox="0 0 240 96" aria-hidden="true">
        <g fill="none" strokeWidth="2">
          <path d="M40 26c0 36 74 22 78 48" stroke="var(--peer-1)" />
          <path d="M120 26v48" stroke="var(--peer-2)" />
          <path d="M200 26c0 36-74 22-78 48" stroke="var(--peer-3)" />
        </g>
        <circle cx="40" cy="18" r="9" fill="var(--peer-1)" />
        <circle cx="120" cy="18" r="9" fill="var(--peer-2)" />
        <circle cx="200" cy="18" r="9" fill="var(--peer-3)" />
        <circle cx="120" cy="80" r="12" fill="var(--lead)" />
      </svg>
      <p>
        Three <Term name="peer">peers</Term> answer on their own. The <Term name="leader">leader</Term> reads
        all of them, thinks, and decides. Then you can let the <Term name="team">team</Term> talk for another{' '}
        <Term name="round">round</Term>: each peer sees what the leader wrote, and may change its mind.
      </p>
      <p>
        <a href="#/recorded">Watch the recorded run</a>
      </p>
    </section>
  )
}
