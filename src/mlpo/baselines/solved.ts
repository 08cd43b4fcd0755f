/**
 * Training questions for what is fitted without a language model: who was right on them. Every variant of a question is
 * an observation. Held-out questions are taken out before anything is fitted, whoever put them there.
 */
import type { PreparedTask } from '../batches.ts'
import type { Solved } from '../evaluation/choosers.ts'
import { seatOrder } from '../seats.ts'
import type { Task } from '../task.ts'

/** Without those that are held out, by canonical key or by their text. */
export function withoutHeldOut(
  train: readonly PreparedTask[],
  heldOut: readonly Task[],
): readonly PreparedTask[] {
  const keys = new Set(heldOut.map(({ key }) => key))
  const questions = new Set(heldOut.map(({ question }) => question))
  return train.filter(({ task }) => !keys.has(task.key) && !questions.has(task.question))
}

/** By index of the peer. */
export function solvedByPeer(train: readonly PreparedTask[]): Solved[] {
  return train.flatMap(({ task: { family }, proposals }) =>
    (proposals[0] ?? []).map((_, variant) => ({
      family,
      seats: proposals.flatMap((own) => own[variant] ?? []),
    })),
  )
}

/** As a leader sees them. */
export function solvedBySeat(
  train: readonly PreparedTask[],
  { seed, permute_seats: permute }: { readonly seed: number; readonly permute_seats: boolean },
): Solved[] {
  return train.flatMap((one) => {
    const order = seatOrder({ taskId: one.task.id, peers: one.proposals.length, seed, permute })
    return solvedByPeer([one]).map(({ family, seats }) => ({
      family,
      seats: order.flatMap((peer) => seats[peer] ?? []),
    }))
  })
}
