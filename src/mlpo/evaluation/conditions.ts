/**
 * What the leader is shown instead of its team's own proposals: the controls and the robustness tests of MLPO §5. Pure:
 * texts in, texts out. Whoever lies, is replaced or falls silent says the same in every round, because a peer that
 * revises would have read the question.
 * Which peer lies or is replaced is drawn anew for each question, so that a share is the mean over all peers (or pairs).
 */
import { goldAnswer, judgePeer } from '../answers/check.ts'
import { extractPeer } from '../answers/extract.ts'
import { stream, type Random } from '../random.ts'
import { seatOrder } from '../seats.ts'
import type { Task } from '../task.ts'
import { isIn } from './shapley.ts'
import type { Told } from './told.ts'

/** One question's round 0. */
export interface Shown {
  readonly task: Task
  /** By index of the peer. */
  readonly peers: readonly Told[]
  /** The peer in each seat. */
  readonly seats: readonly number[]
  /** [peer]: says the same in later rounds. */
  readonly frozen: readonly boolean[]
  /** `answers`: the leader sees `Answer: …` alone. */
  readonly view: 'all' | 'answers'
}

/** The condition needs another question of the family. */
export class LonelyQuestionError extends Error {
  override readonly name = 'LonelyQuestionError'
  constructor(readonly family: string) {
    super(
      `Family "${family}" has a single question here, so there is no other question's proposals to show. Ask for more.`,
    )
  }
}

/** Before any sample is made for nothing. @throws LonelyQuestionError */
export function checkCompany(tasks: readonly Task[]): void {
  const families = tasks.map(({ family }) => family)
  const lonely = families.find((family) => families.indexOf(family) === families.lastIndexOf(family))
  if (lonely !== undefined) throw new LonelyQuestionError(lonely)
}

type Condition = (shown: readonly Shown[], seed: number) => Shown[]

/** A new order of seats for each question. */
export const permutedSeats: Condition = (shown, seed) =>
  shown.map((one) => ({
    ...one,
    seats: seatOrder({ taskId: one.task.id, peers: one.peers.length, seed, permute: true }),
  }))

/** Every question gets the proposals of another one of its family. @throws LonelyQuestionError */
export const otherQuestion: Condition = (shown, seed) => {
  const others = otherOfFamily(shown, seed)
  return shown.map((one, q) => changed(one, (peer) => others[q]?.peers[peer]?.text ?? ''))
}

/** Peers that say the same to every question of a family: their texts to its first one. @throws LonelyQuestionError */
export const constantPeers: Condition = (shown) => {
  const sorted = [...shown].sort((a, b) => (a.task.id < b.task.id ? -1 : 1))
  return shown.map((one) => {
    // The first question must not be shown its own proposals: it gets the second one's.
    const constant = sorted.find(({ task }) => task.family === one.task.family && task.id !== one.task.id)
    if (constant === undefined) throw new LonelyQuestionError(one.task.family)
    return changed(one, (peer) => constant.peers[peer]?.text ?? '')
  })
}

export const answersOnly: Condition = (shown) => shown.map((one) => ({ ...one, view: 'answers' }))

/**
 * So many peers end with one and the same wrong answer, each after its own working.
 * @param said everything that the peers said to each question: the likeliest lies are their own mistakes.
 */
export function lyingPeers(
  shown: readonly Shown[],
  {
    liars,
    said,
    seed,
  }: { readonly liars: number; readonly said: readonly (readonly Told[])[]; readonly seed: number },
): Shown[] {
  return shown.map((one, q) => {
    const random = stream(seed, 'lie', one.task.id)
    const lie = lieTo(one.task, { said: said[q] ?? [], shown, random })
    const lying = random.shuffle([...one.peers.keys()]).slice(0, liars)
    if (lie === null) return one
    return changed(one, (peer, told) => (lying.includes(peer) ? endingWith(told.text, lie) : null))
  })
}

/** One peer's place is taken by somebody else. @param texts [question] */
export function unseenPeer(
  shown: readonly Shown[],
  { texts, seed }: { readonly texts: readonly string[]; readonly seed: number },
): Shown[] {
  return shown.map((one, q) => {
    const replaced = stream(seed, 'unseen', one.task.id).int(0, one.peers.length - 1)
    return changed(one, (peer) => (peer === replaced ? (texts[q] ?? '') : null))
  })
}

/** One peer says what it said to another question of the family. @throws LonelyQuestionError */
export function replacedPeer(
  shown: readonly Shown[],
  { peer: replaced, seed }: { readonly peer: number; readonly seed: number },
): Shown[] {
  const others = otherOfFamily(shown, seed)
  return shown.map((one, q) =>
    changed(one, (peer) => (peer === replaced ? (others[q]?.peers[replaced]?.text ?? '') : null)),
  )
}

/** The peers outside of `set` (see `shapley.ts`) keep their seats and say nothing. */
export function onlyPeers(shown: readonly Shown[], set: number): Shown[] {
  return shown.map((one) => changed(one, (peer) => (isIn(set, peer) ? null : '')))
}

/** What the leader reads of a peer. */
export function viewed(text: string, view: Shown['view']): string {
  if (view === 'all') return text
  const found = extractPeer(text)
  return found.status === 'parsed' ? `Answer: ${found.answer}` : ''
}

/** @param text null leaves the peer alone; others are frozen. */
function changed(one: Shown, text: (peer: number, told: Told) => string | null): Shown {
  const texts = one.peers.map((told, peer) => text(peer, told))
  return {
    ...one,
    peers: one.peers.map((told, peer) => {
      const given = texts[peer] ?? null
      return given === null ? told : saying(one.task, told, given)
    }),
    frozen: one.frozen.map((frozen, peer) => frozen || texts[peer] !== null),
  }
}

function saying(task: Task, told: Told, text: string): Told {
  const { thought, answer, right } = judgePeer(task, text)
  return { ...told, text, thought, answer, right }
}

function endingWith(text: string, answer: string): string {
  const label = [...text.matchAll(/\banswer\s*:/gi)].at(-1)
  const working = label === undefined ? `${text} ` : text.slice(0, label.index)
  return `${working}Answer: ${answer}`
}

/** A wrong answer that somebody gave, else the answer of another question of the family; null where all agree. */
function lieTo(
  task: Task,
  {
    said,
    shown,
    random,
  }: { readonly said: readonly Told[]; readonly shown: readonly Shown[]; readonly random: Random },
): string | null {
  const mistakes = said.flatMap(({ text, answer, right }) =>
    right || answer === null ? [] : asWritten(text),
  )
  const lies = mistakes.length > 0 ? mistakes : otherAnswers(task, shown)
  return lies.length === 0 ? null : random.pick([...new Set(lies)].sort())
}

/** In the family's own spelling, which a canonical one would betray. */
function asWritten(text: string): string[] {
  const found = extractPeer(text)
  return found.status === 'parsed' ? [found.answer] : []
}

function otherAnswers(task: Task, shown: readonly Shown[]): string[] {
  const gold = goldAnswer(task)
  return shown
    .filter((other) => other.task.family === task.family && goldAnswer(other.task) !== gold)
    .map((other) => other.task.answer)
}

/** Each family's questions go round by one, in a random order. @returns [question] */
function otherOfFamily(shown: readonly Shown[], seed: number): Shown[] {
  const other = new Map<string, Shown>()
  for (const family of new Set(shown.map(({ task }) => task.family))) {
    const own = shown.filter(({ task }) => task.family === family)
    own.sort((a, b) => (a.task.id < b.task.id ? -1 : 1))
    if (own.length < 2) throw new LonelyQuestionError(family)
    const order = stream(seed, 'exchange', family).shuffle(own)
    for (const [i, { task }] of order.entries()) {
      const next = order[(i + 1) % order.length]
      if (next !== undefined) other.set(task.id, next)
    }
  }
  return shown.map((one) => other.get(one.task.id) ?? one)
}
