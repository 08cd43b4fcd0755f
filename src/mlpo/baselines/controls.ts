/**
 * Trained controls (MLPO §5): MLPO without SFT but for one thing, without which nothing can be learnt. The reward is drawn
 * by the run's seed and never sees an answer; or the learning rate is 0, so that the adapter stays what it was. What they
 * gain on the untrained leader is not learning.
 */
import type { Config } from '../config/config.ts'
import { leaderLines } from './answering.ts'
import type { Method } from './method.ts'
import { withoutTraces } from './with-traces.ts'

export const randomReward: Method = {
  name: 'mlpo-random-reward',
  label: 'MLPO, random reward',
  description: 'A control: MLPO without SFT, whose rewards are random numbers. It must not gain.',
  needs: [],
  plan: (config) => ({ config: withRandomReward(withoutTraces(config)), ends: 'steps' }),
  answer: leaderLines,
}

export const rateZero: Method = {
  name: 'mlpo-rate-0',
  label: 'MLPO, learning rate 0',
  description: 'A control: MLPO without SFT at a learning rate of 0. It must stay the untrained leader.',
  needs: [],
  plan: (config) => ({ config: { ...withoutTraces(config), learning_rate: 0 }, ends: 'steps' }),
  answer: leaderLines,
}

/** Nothing else is rewarded, not even the form: what is read from an answer cannot be what was learnt. */
function withRandomReward(config: Config): Config {
  return {
    ...config,
    ...{ reward_funcs: ['random'], reward_weights: [1] },
    ...{ custom_rewards: [], custom_reward_weights: [] },
  }
}
