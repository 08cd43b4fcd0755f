/** −1 per generated token: its weight is the price λ of a token (MLPO §4). Give it a small one, such as 0.001. */
import type { RewardFunction } from './reward.ts'

export const tokens: RewardFunction = {
  description: '−1 per token; the weight is the price of a token, such as 0.001.',
  score: (_, { tokenCount }) => -tokenCount,
}
