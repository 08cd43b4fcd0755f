/**
 * 1 for being right although the peers' unique plurality was wrong, else 0 (MLPO §4). Nothing to say where there is no
 * team, no unique plurality, or where it is right.
 */
import { checkAnswer } from '../answers/check.ts'
import { uniquePlurality } from '../vote.ts'
import type { RewardFunction } from './reward.ts'

export const overrule: RewardFunction = {
  description: '1 if right although the peers’ plurality was wrong.',
  score(task, { parsed, peerAnswers }) {
    const vote = peerAnswers === null ? null : uniquePlurality(peerAnswers)
    if (vote === null || checkAnswer(task, vote).status === 'right') return null
    return parsed.status === 'parsed' && checkAnswer(task, parsed.answer).status === 'right' ? 1 : 0
  },
}
