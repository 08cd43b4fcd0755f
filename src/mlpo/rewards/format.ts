/** 1 if thought and answer stand there once each and in order, whatever they say (MLPO §4). */
import type { RewardFunction } from './reward.ts'

export const format: RewardFunction = {
  description: '1 if both tags stand there once and in order.',
  score: (_, { parsed }) => (parsed.status === 'parsed' ? 1 : 0),
}
