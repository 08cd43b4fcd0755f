/**
 * The Arena's state: the question box, and the exchange that came of the last "Ask": up to two threads, one for the
 * leader before training and one for it after. Threads are asked one after the other with the same seed.
 */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Config } from '../../mlpo/config/config.ts'
import { seatOrder } from '../../mlpo/seats.ts'
import type { QuestionSet } from '../../mlpo/question-set.ts'
import type { Task } from '../../mlpo/task.ts'
import type { ErrorValue, LeaderEvent } from '../../workers/protocol.ts'
import { failureOf } from '../shared/failure.ts'
import type { LabStore } from '../shared/labStore.ts'
import type { Link } from '../shared/link.ts'
import { askedTask, draw, firstDraw } from './question.ts'
import type { AskedTask, Draw, FamilyDraw } from './question.ts'
import { emptyThread, historyOf, withEvent, withWords, wordsToRead } from './thread.ts'
import type { Round, Thread } from './thread.ts'

export type LeaderName = 'base' | 'trained'
export type LeaderChoice = LeaderName | 'both'

export interface Exchange {
  readonly task: AskedTask
  /** Whose own question it is, as its file or address was named; null for generated and typed ones. */
  readonly source: string | null
  readonly config: Config
  readonly seed: number
  /** [seat] → index of the peer that sits there for this question. */
  readonly seats: readonly number[]
  /** Steps behind the trained leader when it was asked. */
  readonly steps: number
  readonly adapter: string | null
  readonly threads: Readonly<Partial<Record<LeaderName, Thread>>>
  /** What a peer was made to say, and what the leaders had said before that; null = every word is the models' own. */
  readonly edit: PeerEdit | null
}

export interface PeerEdit {
  readonly round: number
  readonly seat: number
  readonly text: string
  /** The round as it was. */
  readonly before: Readonly<Partial<Record<LeaderName, Round>>>
}

export interface ArenaState {
  readonly text: string
  readonly drawn: Task
  readonly draw: Draw
  readonly choice: LeaderChoice
  readonly exchange: Exchange | null
  /** The round that is shown; null follows the newest. */
  readonly shownRound: number | null
  /** Threads that still have to be asked. */
  readonly queue: readonly LeaderName[]
  type(text: string): void
  drawFrom(change: Partial<Pick<FamilyDraw, 'family' | 'difficulty'>>): void
  /** From the first of them on. */
  drawOwn(questions: QuestionSet): void
  drawAnother(): void
  choose(choice: LeaderChoice): void
  ask(): void
  askAlso(leader: LeaderName): void
  oneMoreRound(): void
  /** Puts other words into a peer's mouth in the last round, and asks the leaders again. */
  editPeer(edit: Pick<PeerEdit, 'seat' | 'text'>): void
  cancel(): void
  retry(): void
  showRound(round: number): void
}

export type ArenaStore = StoreApi<ArenaState>

export function createArenaStore({ link, lab }: { readonly link: Link; readonly lab: LabStore }): ArenaStore {
  const first = draw(firstDraw)
  let asks = 0

  const store = createStore<ArenaState>()((set, get) => {
    const redraw = (next: Draw) => {
      const drawn = draw(next)
      set({ draw: next, drawn, text: drawn.question })
    }
    const start = (queue: readonly LeaderName[], threads: Exchange['threads']) => {
      const { exchange } = get()
      if (exchange === null) return
      set({ queue, shownRound: null, exchange: { ...exchange, threads } })
      void askNext()
    }
    return {
      text: first.question,
      drawn: first,
      draw: firstDraw,
      choice: 'both',
      exchange: null,
      shownRound: null,
      queue: [],
      type: (text) => set({ text }),
      drawFrom(change) {
        const { draw: held } = get()
        redraw({ ...(held.from === 'family' ? held : firstDraw), ...change, index: 0 })
      },
      drawOwn: (questions) => redraw({ from: 'own', questions, index: 0 }),
      drawAnother: () => redraw({ ...get().draw, index: get().draw.index + 1 }),
      choose: (choice) => set({ choice }),
      ask() {
        const { text, drawn, choice, draw: from } = get()
        const { preset, trained } = lab.getState()
        const task = askedTask(text, drawn)
        if (task.question === '') return
        const source = from.from === 'own' && task.answer !== null ? from.questions.source : null
        asks += 1
        const config = preset.config
        const usable = trained !== null && trained.config.leader === config.leader
        const wanted: readonly LeaderName[] = !usable
          ? ['base']
          : choice === 'both'
            ? ['base', 'trained']
            : [choice]
        const seed = asks
        const { permute_seats: permute, peers } = config
        const seats = seatOrder({ taskId: task.id, peers: peers.length, seed, permute })
        const { steps, adapter } = trained ?? { steps: 0, adapter: null }
        set({ exchange: { task, source, config, seed, seats, steps, adapter, threads: {}, edit: null } })
        start(wanted, Object.fromEntries(wanted.map((name) => [name, emptyThread])))
      },
      askAlso(leader) {
        const { exchange } = get()
        if (exchange === null) return
        const steps = lab.getState().trained?.steps ?? exchange.steps
        set({ exchange: { ...exchange, steps } })
        start([leader], { ...exchange.threads, [leader]: emptyThread })
      },
      oneMoreRound() {
        const { exchange } = get()
        if (exchange === null) return
        start(leadersOf(exchange), exchange.threads)
      },
      editPeer({ seat, text }) {
        const { exchange } = get()
        if (exchange === null) return
        const round = Math.max(0, ...Object.values(exchange.threads).map(({ rounds }) => rounds.length - 1))
        const before =
          exchange.edit?.round === round
            ? exchange.edit.before
            : mapThreads(exchange.threads, ({ rounds }) => rounds[round])
        const threads = mapThreads(exchange.threads, (thread) => ({
          ...thread,
          rounds: thread.rounds.map((own, at) => (at === round ? withWords(own, { seat, text }) : own)),
        }))
        set({ exchange: { ...exchange, edit: { round, seat, text, before } } })
        start(leadersOf(exchange), threads)
      },
      retry() {
        const { exchange } = get()
        if (exchange === null) return
        const undone = leadersOf(exchange).filter((name) => exchange.threads[name]?.status !== 'done')
        start(undone, exchange.threads)
      },
      cancel: () => void cancel(),
      showRound: (round) => set({ shownRound: round }),
    }
  })

  const change = (name: LeaderName, update: (thread: Thread) => Thread) =>
    store.setState(({ exchange }) => {
      const thread = exchange?.threads[name]
      if (exchange === null || thread === undefined) return {}
      return { exchange: { ...exchange, threads: { ...exchange.threads, [name]: update(thread) } } }
    })

  async function askNext(): Promise<void> {
    const { queue, exchange } = store.getState()
    const name = queue[0]
    if (name === undefined || exchange === null) return
    const thread = exchange.threads[name] ?? emptyThread
    const askId = crypto.randomUUID()
    const history = historyOf(thread)
    const given = exchange.edit?.round === history.length ? wordsToRead(thread) : null
    const rounds = given === null ? thread.rounds.slice(0, history.length) : thread.rounds
    change(name, () => ({ askId, status: 'loading', rounds, error: null }))
    try {
      await lab.getState().loadTeam(exchange.config)
      if (name === 'trained') await lab.getState().trained?.open()
      if (!isCurrent(name, askId)) return
      change(name, (held) => ({ ...held, status: 'asking' }))
      const { task, config, seed } = exchange
      const client = await link.client()
      client.send({
        ...{ type: 'ask', askId, config, task, rounds: 1, adapter: name, seed, history },
        ...(given !== null && { given }),
      })
    } catch (thrown) {
      if (isCurrent(name, askId)) fail(name, failureOf(thrown))
    }
  }

  /** Nothing is asked after a failure; what had not begun counts as cancelled. */
  const fail = (name: LeaderName, error: ErrorValue) => {
    change(name, (thread) => ({ ...thread, status: 'failed', error }))
    for (const other of store.getState().queue) {
      if (other !== name) change(other, (thread) => ({ ...thread, status: 'cancelled' }))
    }
    store.setState({ queue: [] })
  }

  const isCurrent = (name: LeaderName, askId: string) => {
    const thread = store.getState().exchange?.threads[name]
    return thread?.askId === askId && (thread.status === 'loading' || thread.status === 'asking')
  }

  async function cancel(): Promise<void> {
    const { exchange } = store.getState()
    if (exchange === null) return
    store.setState({ queue: [] })
    const client = await link.client()
    for (const name of leadersOf(exchange)) {
      const thread = exchange.threads[name]
      if (thread === undefined || !isBusy(thread)) continue
      if (thread.status === 'loading') client.cancelLoad()
      if (thread.status === 'asking' && thread.askId !== null) {
        client.send({ type: 'cancel', askId: thread.askId })
      }
      change(name, (held) => ({ ...held, status: 'cancelled' }))
    }
    lab.getState().announce('Cancelled.')
  }

  const receive = (event: LeaderEvent) => {
    if (event.type !== 'round' && event.type !== 'asked' && event.type !== 'error') return
    const { exchange } = store.getState()
    const name =
      exchange === null
        ? undefined
        : leadersOf(exchange).find((leader) => {
            return event.askId !== null && exchange.threads[leader]?.askId === event.askId
          })
    if (exchange === null || name === undefined || event.askId === null) return
    if (!isCurrent(name, event.askId)) return
    if (event.type === 'round') {
      change(name, (thread) => withEvent(thread, event.event, { seats: exchange.config.peers.length }))
    } else if (event.type === 'asked') {
      change(name, (thread) => ({ ...thread, status: 'done' }))
      lab.getState().announce(spoken(store.getState().exchange?.threads[name]))
      store.setState(({ queue }) => ({ queue: queue.slice(1) }))
      void askNext()
    } else {
      fail(name, event.error)
    }
  }
  link.onEvents((events) => events.forEach(receive))
  return store
}

export function leadersOf({ threads }: Exchange): readonly LeaderName[] {
  return (['base', 'trained'] as const).filter((name) => threads[name] !== undefined)
}

function mapThreads<To>(
  threads: Exchange['threads'],
  change: (thread: Thread) => To,
): Partial<Record<LeaderName, NonNullable<To>>> {
  const entries = Object.entries(threads).map(([name, thread]) => [name, change(thread)])
  return Object.fromEntries(entries.filter(([, value]) => value != null)) as Partial<
    Record<LeaderName, NonNullable<To>>
  >
}

export function isBusy({ status }: Thread): boolean {
  return status === 'waiting' || status === 'loading' || status === 'asking'
}

function spoken(thread: Thread | undefined): string {
  const leader = thread?.rounds.at(-1)?.leader
  if (leader === undefined) return ''
  const mark = leader.right === null ? '' : leader.right ? ', right' : ', wrong'
  return leader.answer === null ? 'The leader gave no answer.' : `The leader answers ${leader.answer}${mark}.`
}

export const ArenaContext = createContext<ArenaStore | null>(null)

export function useArena<T>(select: (state: ArenaState) => T): T {
  const store = useContext(ArenaContext)
  if (store === null) throw new Error('useArena stands outside of ArenaContext')
  return useStore(store, select)
}
