/** Soft punishment near the limit (DAPO §3.4): 0 up to four fifths of it, then evenly down to −1 at the limit. */
import type { RewardFunction } from './reward.ts'

const FREE_SHARE = 0.8

export const length: RewardFunction = {
  description: 'Down to −1 for a completion in the last fifth before the limit.',
  score(_, { tokenCount, maxTokens, truncated }) {
    if (truncated) return -1
    const over = (tokenCount / maxTokens - FREE_SHARE) / (1 - FREE_SHARE)
    return over <= 0 ? 0 : -Math.min(1, over)
  },
}
