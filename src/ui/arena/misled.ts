/** What an edited peer did to a leader, in a sentence. Pure. */
import type { Round, Speech } from './thread.ts'

export function effectOfEdit({
  before,
  now,
  seat,
}: {
  readonly before: Speech
  readonly now: Round
  /** Whose words were changed. */
  readonly seat: number
}): string {
  const was = before.answer ?? 'no answer'
  const answer = now.leader.answer
  if (answer === before.answer) return `Before your edit it gave the same answer, ${was}: it is not moved.`
  const follows = answer !== null && answer === now.peers[seat]?.answer
  const where = follows ? `now it follows peer ${seat + 1}` : `now it answers ${answer ?? 'nothing readable'}`
  const verdict =
    before.right === true && now.leader.right === false
      ? follows
        ? ': misled.'
        : ': confused.'
      : before.right === false && now.leader.right === true
        ? ': put right.'
        : '.'
  return `Before your edit it answered ${was}; ${where}${verdict}`
}
