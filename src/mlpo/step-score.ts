/**
 * Scores a prompt's completions: every reward function's raw value, one's own last, and their weighted sum.
 */
import { combineRewards } from './advantage.ts'
import { judgeLeader } from './answers/check.ts'
import type { SampleId } from '../engine/engine.ts'
import type { Config } from './config/config.ts'
import type { ScoreCustom } from './rewards/custom.ts'
import { completionContext } from './rewards/context.ts'
import { rewardChance } from './rewards/random.ts'
import { rewardTerms, scoreCompletion } from './rewards/rewards.ts'
import type { Rollout, Score, StepPrompt } from './stages.ts'

export interface ScoreContext {
  readonly config: Config
  readonly scoreCustom: ScoreCustom
  /** What the completions were sampled as. */
  readonly id: SampleId
}

/** @throws RewardCodeError */
export async function scoreRollouts(
  { task, proposals }: StepPrompt,
  rollouts: readonly Rollout[],
  { config, scoreCustom, id }: ScoreContext,
): Promise<Score[]> {
  const { weights } = rewardTerms(config)
  const scores: Score[] = []
  for (const [index, rollout] of rollouts.entries()) {
    const { text } = rollout
    const maxTokens = config.max_completion_length
    const completion = completionContext(rollout, { proposals, maxTokens })
    const own = await scoreCustom(task, completion)
    const chance = rewardChance(config.seed, id, index)
    const rewards = [...scoreCompletion(config.reward_funcs, { task, completion, chance }), ...own]
    scores.push({ right: judgeLeader(task, text).right, rewards, reward: combineRewards(rewards, weights) })
  }
  return scores
}
