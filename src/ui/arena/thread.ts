/**
 * One leader's way through a question: its rounds, speech by speech, as the events of a round make them.
 * Pure: an event goes in, a new thread comes out.
 */
import type { RoundEvent, Speaker } from '../../mlpo/stages.ts'
import type { ErrorValue, RoundHistory } from '../../workers/protocol.ts'

type AnswerEvent = Extract<RoundEvent, { readonly kind: 'answer' }>

/** What an answer says, before and after it is over. */
export interface Speech extends Omit<AnswerEvent, 'kind' | 'round' | 'speaker'> {
  readonly done: boolean
}

export interface Round {
  /** By seat. */
  readonly peers: readonly Speech[]
  readonly leader: Speech
  /** Plurality of the peers' answers, known when the round is over; null on a tie. */
  readonly vote: string | null
  readonly done: boolean
}

export type ThreadStatus = 'waiting' | 'loading' | 'asking' | 'done' | 'cancelled' | 'failed'

export interface Thread {
  readonly askId: string | null
  readonly status: ThreadStatus
  readonly rounds: readonly Round[]
  readonly error: ErrorValue | null
}

export const emptyThread: Thread = { askId: null, status: 'waiting', rounds: [], error: null }

const silence: Speech = {
  text: '',
  thought: null,
  answer: null,
  unparseable: null,
  right: null,
  tokens: 0,
  promptTokens: 0,
  elapsedMs: 0,
  done: false,
}

export function emptyRound(seats: number): Round {
  return { peers: Array.from({ length: seats }, () => silence), leader: silence, vote: null, done: false }
}

export function withEvent(thread: Thread, event: RoundEvent, { seats }: { readonly seats: number }): Thread {
  switch (event.kind) {
    case 'round':
      return { ...thread, rounds: [...thread.rounds.slice(0, event.round), emptyRound(seats)] }
    case 'text':
      return withSpeech(thread, event, (speech) => ({ ...speech, text: speech.text + event.delta }))
    case 'answer': {
      const { kind: _kind, round: _round, speaker: _speaker, ...said } = event
      return withSpeech(thread, event, () => ({ ...said, done: true }))
    }
    case 'done':
      return withRound(thread, thread.rounds.length - 1, (round) => ({
        ...round,
        vote: event.vote,
        done: true,
      }))
  }
}

/** What a finished thread hands on to one more round. Rounds that were cut off are left out. */
export function historyOf({ rounds }: Thread): readonly RoundHistory[] {
  return rounds
    .filter(({ leader }) => leader.done)
    .map(({ peers, leader }) => ({ peers: peers.map(({ text }) => text), leader: leader.text }))
}

/** A round in which a peer says something else, and which its leader has yet to read. */
export function withWords(
  { peers, vote }: Round,
  { seat, text }: { readonly seat: number; readonly text: string },
): Round {
  const said = { ...silence, text, done: true }
  return {
    peers: peers.map((speech, at) => (at === seat ? said : speech)),
    leader: silence,
    vote,
    done: false,
  }
}

/** By seat, what the leader has yet to read of a round whose peers have all spoken; null where they have to speak first. */
export function wordsToRead({ rounds }: Thread): readonly string[] | null {
  const last = rounds.at(-1)
  if (last === undefined || last.leader.done || !last.peers.every(({ done }) => done)) return null
  return last.peers.map(({ text }) => text)
}

/** A leader's text while it still streams: what stands in its two tags so far, half-written tags left out. */
export function partsOf(text: string): { readonly thought: string; readonly answer: string } {
  const [before, after] = cut(text, '</think>')
  return {
    thought: cut(inside(before, '<think>'), '</think>')[0],
    answer: cut(inside(after, '<answer>'), '</answer>')[0],
  }
}

/** The text before and after a tag; where only a beginning of the tag stands at the end, it is dropped. */
function cut(text: string, tag: string): readonly [string, string] {
  const at = text.indexOf(tag)
  if (at >= 0) return [text.slice(0, at), text.slice(at + tag.length)]
  for (let length = tag.length - 1; length > 0; length--) {
    if (text.endsWith(tag.slice(0, length))) return [text.slice(0, -length), '']
  }
  return [text, '']
}

function inside(text: string, open: string): string {
  const trimmed = text.trimStart()
  if (trimmed.startsWith(open)) return trimmed.slice(open.length).trim()
  return open.startsWith(trimmed) ? '' : trimmed.trim()
}

function withRound(thread: Thread, index: number, change: (round: Round) => Round): Thread {
  return { ...thread, rounds: thread.rounds.map((round, at) => (at === index ? change(round) : round)) }
}

function withSpeech(
  thread: Thread,
  { round, speaker }: { readonly round: number; readonly speaker: Speaker },
  change: (speech: Speech) => Speech,
): Thread {
  return withRound(thread, round, (held) =>
    speaker === 'leader'
      ? { ...held, leader: change(held.leader) }
      : { ...held, peers: held.peers.map((speech, seat) => (seat === speaker ? change(speech) : speech)) },
  )
}
