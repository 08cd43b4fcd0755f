/**
 * Scores a prompt's completions: every reward function's raw value, and their weighted sum.
 */
import { combineRewards } from './advantage.ts'
import { judgeLeader } from './answers/check.ts'
import { extractLeader } from './answers/extract.ts'
import type { Config } from './config/config.ts'
import { scoreCompletion } from './rewards/rewards.ts'
import type { Rollout, Score, StepPrompt } from './stages.ts'

export function scoreRollouts(
  { task, proposals }: StepPrompt,
  rollouts: readonly Rollout[],
  { reward_funcs, reward_weights, max_completion_length }: Config,
): Score[] {
  const peerAnswers = proposals?.map(({ answer }) => answer) ?? null
  return rollouts.map(({ text, ids, finish }) => {
    const rewards = scoreCompletion(reward_funcs, task, {
      text,
      parsed: extractLeader(text),
      peerAnswers,
      tokenCount: ids.length,
      maxTokens: max_completion_length,
      truncated: finish === 'length',
    })
    const { right } = judgeLeader(task, text)
    return { right, rewards, reward: combineRewards(rewards, reward_weights) }
  })
}
