/** 1 for the right answer, else 0; unparseable is wrong (MLPO §4). */
import { checkAnswer } from '../answers/check.ts'
import type { RewardFunction } from './reward.ts'

export const accuracy: RewardFunction = {
  description: '1 if the answer is right.',
  score: (task, { parsed }) =>
    parsed.status === 'parsed' && checkAnswer(task, parsed.answer).status === 'right' ? 1 : 0,
}
