/**
 * Who sits where (`permute_seats`): in fixed seats peer i has seat i; permuted, each question has an order of its own,
 * the same whenever it is asked, in training and in evaluation.
 */
import { stream } from './random.ts'

export interface Seating {
  readonly taskId: string
  readonly peers: number
  readonly seed: number
  readonly permute: boolean
}

/** The peer in each seat: [seat] → index of the peer. */
export function seatOrder({ taskId, peers, seed, permute }: Seating): number[] {
  const order = Array.from({ length: peers }, (_, peer) => peer)
  return permute ? stream(seed, 'seats', taskId).shuffle(order) : order
}
