/**
 * A control (MLPO §5): a number that has nothing to do with the answer. It depends on the task and the text alone, so
 * that a run can be repeated, and what earns much on one task earns no more than chance on another: the leader must
 * not get better with it. If it does, the gain is not the reward's.
 */
import { hashText, uniformAt } from '../../common/hash.ts'
import type { RewardFunction } from './reward.ts'

export const random: RewardFunction = {
  description: 'A control: 0 to 1 by chance, whatever the answer; nothing should be learnt.',
  score: ({ id }, { text }) => uniformAt(hashText(id), hashText(text)),
}
