/**
 * −1 for a wrong answer that exactly one peer gave: taken over unchecked (MLPO §4, §5). A right answer is never
 * punished, whoever gave it. Nothing to say where there is no team.
 */
import { checkAnswer } from '../answers/check.ts'
import type { RewardFunction } from './reward.ts'

export const copy: RewardFunction = {
  description: '−1 for a wrong answer that exactly one peer gave.',
  score(task, { parsed, peerAnswers }) {
    if (peerAnswers === null) return null
    if (parsed.status === 'unparseable') return 0
    const { status, normalised } = checkAnswer(task, parsed.answer)
    if (status !== 'wrong') return 0
    return peerAnswers.filter((answer) => answer === normalised).length === 1 ? -1 : 0
  },
}
