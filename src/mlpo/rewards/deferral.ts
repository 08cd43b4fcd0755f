/**
 * For a leader that only says whom to believe (MLPO §5): its answer is the number of a peer, and the reward is that
 * peer's. Nothing to say where there is no team.
 */
import { checkAnswer } from '../answers/check.ts'
import type { RewardFunction } from './reward.ts'

export const deferral: RewardFunction = {
  description: '1 if the answer is the number of a peer that is right.',
  score(task, { parsed, peerAnswers }) {
    if (peerAnswers === null) return null
    const seat = parsed.status === 'parsed' ? seatNamed(parsed.answer, peerAnswers.length) : null
    const answer = seat === null ? null : (peerAnswers[seat] ?? null)
    return answer !== null && checkAnswer(task, answer).status === 'right' ? 1 : 0
  },
}

/** "2" or "Peer 2" is seat 1; null where it names nobody in the team. */
export function seatNamed(answer: string, seats: number): number | null {
  const number = Number(/^\s*(?:peer\s*)?(\d+)\s*$/i.exec(answer)?.[1])
  return number >= 1 && number <= seats ? number - 1 : null
}
