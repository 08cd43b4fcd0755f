/**
 * What a leader did with its team, read off one completion: followed a peer, took what several agree on, worked it
 * out itself, or none of these. The nano leader says so in its first words ("I follow peer 2.", "1 and 3 agree.",
 * "I work. …"); for any other leader the answer is compared with the peers' answers. A guess for display and
 * counting, never a reward.
 */
import type { Answer } from './vote.ts'

export type Strategy =
  /** `seat` counts from 0. */
  | { readonly kind: 'follow'; readonly seat: number }
  | { readonly kind: 'agreement'; readonly seats: readonly number[] }
  | { readonly kind: 'own' }
  | { readonly kind: 'other' }

export interface StrategyInput {
  readonly thought: string | null
  readonly answer: Answer
  /** The peers' answers in seat order; null where the leader answered alone. */
  readonly peerAnswers: readonly Answer[] | null
}

/** The thought's own words count first; the answers decide where it says nothing known. */
export function strategyOf({ thought, answer, peerAnswers }: StrategyInput): Strategy {
  if (peerAnswers === null) return answer === null ? { kind: 'other' } : { kind: 'own' }
  return said(thought?.trim() ?? '', peerAnswers.length) ?? compared(answer, peerAnswers)
}

function said(thought: string, seats: number): Strategy | null {
  const followed = /^I follow peer (\d+)\b/i.exec(thought)
  if (followed !== null) return seatOf(followed[1], seats)
  const agreeing = /^((?:peers? )?\d+(?:(?:, | and |, and )\d+)+) (?:all )?agree\b/i.exec(thought)
  if (agreeing !== null) {
    const named = [...(agreeing[1] ?? '').matchAll(/\d+/g)].map(([digits]) => Number(digits) - 1)
    return named.every((seat) => seat >= 0 && seat < seats) ? { kind: 'agreement', seats: named } : null
  }
  return /^I (?:check|work)\b/i.test(thought) ? { kind: 'own' } : null
}

function seatOf(digits: string | undefined, seats: number): Strategy | null {
  const seat = Number(digits) - 1
  return seat >= 0 && seat < seats ? { kind: 'follow', seat } : null
}

function compared(answer: Answer, peerAnswers: readonly Answer[]): Strategy {
  if (answer === null) return { kind: 'other' }
  const seats = peerAnswers.flatMap((given, seat) => (given === answer ? [seat] : []))
  const [only, ...more] = seats
  if (only === undefined) return { kind: 'own' }
  return more.length === 0 ? { kind: 'follow', seat: only } : { kind: 'agreement', seats }
}
