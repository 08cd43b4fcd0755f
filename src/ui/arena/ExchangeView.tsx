/** What came of an "Ask": the strip of rounds, the peers, and one leader or two side by side. */
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { ProgressBar } from '../shared/ProgressBar.tsx'
import { useLab } from '../shared/labStore.ts'
import { Term } from '../glossary/Term.tsx'
import { trainedWords } from '../shared/trainedWords.ts'
import { isBusy, leadersOf, useArena } from './arenaStore.ts'
import type { Exchange, LeaderName } from './arenaStore.ts'
import { LeaderCard } from './LeaderCard.tsx'
import { effectOfEdit } from './misled.ts'
import { Links } from './Links.tsx'
import { PeerRow } from './PeerRow.tsx'
import { RoundStrip } from './RoundStrip.tsx'
import { emptyRound } from './thread.ts'
import type { Round, Thread } from './thread.ts'
import { VoteLine } from './VoteLine.tsx'

export function ExchangeView({ exchange }: { readonly exchange: Exchange }) {
  const shownRound = useArena((state) => state.shownRound)
  const editPeer = useArena((state) => state.editPeer)
  const { edit } = exchange
  const names = leadersOf(exchange)
  const threads = names.flatMap((name) => exchange.threads[name] ?? [])
  const count = Math.max(1, ...threads.map(({ rounds }) => rounds.length))
  const at = Math.min(shownRound ?? count - 1, count - 1)
  const views = names.flatMap((name) => {
    const thread = exchange.threads[name]
    if (thread === undefined) return []
    const round = thread.rounds[at] ?? emptyRound(exchange.config.peers.length)
    return [{ name, thread, round, before: thread.rounds[at - 1] ?? null }]
  })
  const shared = views.length === 1 || (at === 0 && samePeers(views.map(({ round }) => round)))
  const first = views[0]
  const decision = ({ name, round, thread }: (typeof views)[number]) => (
    <>
      <LeaderCard
        title={titleOf(name, exchange, views.length)}
        round={round}
        waits={thread}
        seats={exchange.seats}
      />
      <VoteLine round={round} />
      {edit?.round === at && round.done && edit.before[name] !== undefined && (
        <p className="vote">
          {effectOfEdit({ before: edit.before[name].leader, now: round, seat: edit.seat })}
        </p>
      )}
    </>
  )
  const idle = !threads.some(isBusy)
  const editable = shared && idle && at === count - 1 && views.every(({ round }) => round.done)
  const editing = {
    editedSeat: edit?.round === at ? edit.seat : null,
    ...(editable && { onEdit: editPeer }),
  }
  return (
    <section className="exchange" aria-label="Answers">
      <AskedQuestion exchange={exchange} />
      <LoadingTeam threads={threads} />
      <Failures threads={threads} />
      {threads.some(({ rounds }) => rounds.length > 0) && first !== undefined && (
        <>
          <RoundStrip count={count} at={at} threads={threads} />
          {shared ? (
            <>
              <PeerRow
                round={first.round}
                before={first.before}
                models={exchange.config.peers}
                seats={exchange.seats}
                {...editing}
              />
              {views.length === 1 && <Links round={first.round} seats={exchange.seats} />}
              <div className={`leaders of-${views.length}`}>
                {views.map((view) => (
                  <div key={view.name} className="leader-column">
                    {decision(view)}
                  </div>
                ))}
              </div>
            </>
          ) : (
            <div className={`leaders of-${views.length}`}>
              {views.map((view) => (
                <div key={view.name} className="leader-column">
                  <h3 className="eyebrow">
                    With the {titleOf(view.name, exchange, views.length).toLowerCase()}
                  </h3>
                  <PeerRow
                    stacked
                    round={view.round}
                    before={view.before}
                    models={exchange.config.peers}
                    seats={exchange.seats}
                  />
                  {decision(view)}
                </div>
              ))}
            </div>
          )}
          <NextThings exchange={exchange} names={names} idle={idle} />
        </>
      )}
    </section>
  )
}

function AskedQuestion({ exchange: { task, source, seed, threads } }: { readonly exchange: Exchange }) {
  const typed = useArena((state) => state.text.trim())
  const answered = Object.values(threads).some(({ rounds }) => rounds[0]?.leader.done === true)
  const known =
    task.answer === null ? 'Nobody here knows the right answer' : `The right answer is ${task.answer}`
  return (
    <header className="asked">
      <h2 className={typed === task.question ? 'visually-hidden' : undefined}>{task.question}</h2>
      <p className="soft">
        {source !== null && `From ${source}. `}
        {answered ? `${known}. ` : ''}Sampled with <Term name="seed">seed</Term> {seed}.
      </p>
    </header>
  )
}

function LoadingTeam({ threads }: { readonly threads: readonly Thread[] }) {
  const progress = useLab((state) => state.progress)
  if (!threads.some(({ status }) => status === 'loading')) return null
  return (
    <div className="card arena-loading" aria-live="polite">
      {progress === null ? <p>Waking the team…</p> : <ProgressBar progress={progress} />}
    </div>
  )
}

function Failures({ threads }: { readonly threads: readonly Thread[] }) {
  const retry = useArena((state) => state.retry)
  const failed = threads.find(({ status }) => status === 'failed')
  if (failed?.error != null) {
    return <ErrorNotice error={failed.error} action={{ label: 'Ask again', act: retry }} />
  }
  if (!threads.some(({ status }) => status === 'cancelled')) return null
  return (
    <div className="row">
      <p>Cancelled.</p>
      <button type="button" className="button small" onClick={retry}>
        Ask again
      </button>
    </div>
  )
}

function NextThings({
  exchange,
  names,
  idle,
}: {
  readonly exchange: Exchange
  readonly names: readonly LeaderName[]
  readonly idle: boolean
}) {
  const trained = useLab((state) => state.trained)
  const oneMoreRound = useArena((state) => state.oneMoreRound)
  const askAlso = useArena((state) => state.askAlso)
  if (!idle) return null
  const usable = trained !== null && trained.config.leader === exchange.config.leader
  const done = names.every((name) => exchange.threads[name]?.status === 'done')
  return (
    <div className="next-things">
      {done && (
        <button type="button" className="button" onClick={oneMoreRound}>
          One more round
        </button>
      )}
      {usable && !names.includes('trained') && (
        <button type="button" className="button" onClick={() => askAlso('trained')}>
          Ask the leader {trainedWords(trained)}
        </button>
      )}
      {usable && !names.includes('base') && (
        <button type="button" className="button" onClick={() => askAlso('base')}>
          Ask the leader before training
        </button>
      )}
      {!usable && (
        <p className="soft">
          This leader has not learnt yet. <a href="#/train">Train it</a>, and compare it here before and
          after.
        </p>
      )}
    </div>
  )
}

function titleOf(name: LeaderName, { steps, adapter }: Exchange, count: number): string {
  if (name === 'trained') return `Leader ${trainedWords({ steps, adapter })}`
  return count > 1 ? 'Leader before training' : 'Leader'
}

function samePeers(rounds: readonly Round[]): boolean {
  const [first, ...others] = rounds
  return others.every((round) =>
    round.peers.every((speech, seat) => (first?.peers[seat]?.text ?? '').startsWith(speech.text)),
  )
}
