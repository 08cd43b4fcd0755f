/**
 * A control (MLPO §5): a number that has nothing to do with the answer, because it never sees it. It follows from the
 * run's seed and the completion's place in the run alone, so that a run can be repeated and resumed, and the same text
 * earns something else each time: the leader must not get better with it. If it does, the gain is not the reward's.
 */
import { hashText, uniformAt } from '../../common/hash.ts'
import type { SampleId } from '../../engine/engine.ts'
import type { RewardFunction } from './reward.ts'

const name = hashText('random-reward')

/** Uniform in [0, 1): the draw of completion `index` of the prompt that was sampled as `id`. */
export function rewardChance(seed: number, id: SampleId, index: number): number {
  return uniformAt(seed, name, hashText(id), index)
}

export const random: RewardFunction = {
  description: 'A control: 0 to 1 by chance, whatever the answer; nothing should be learnt.',
  score: (_task, _completion, chance) => chance,
}
