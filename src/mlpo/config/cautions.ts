/**
 * Settings that are allowed and yet deserve a word before the run: what they do to the method, in a sentence. Shown, never
 * enforced; what cannot work at all is refused by `rules.ts`.
 */
import { promptStyleName } from '../prompts.ts'
import type { Key, Settings } from './fields.ts'

export interface Caution {
  readonly key: Key
  /** A whole sentence. */
  readonly text: string
}

/** Real models lose themselves above it; the nano team bears 2e-3. */
const boldLearningRate = 5e-4

export function cautions(config: Settings): readonly Caution[] {
  const { top_p, top_k, min_p, leader, learning_rate, lora_dropout } = config
  const found: (Caution | false)[] = [
    top_p < 1 && offPolicy('top_p', 'below 1'),
    top_k > 0 && offPolicy('top_k', 'above 0'),
    min_p !== null && min_p > 0 && offPolicy('min_p', 'above 0'),
    lora_dropout > 0 && {
      key: 'lora_dropout',
      text: 'With lora_dropout the trainer sees the policy through a random mask and the sampler does not: sampling_logp_difference shows the mask too, and a sampler correction answers to it.',
    },
    learning_rate > boldLearningRate &&
      promptStyleName(leader) !== 'nano' && {
        key: 'learning_rate',
        text: `A learning_rate of ${learning_rate} suits the embedded nano team; real models want about 5e-5.`,
      },
  ]
  return found.filter((caution) => caution !== false)
}

function offPolicy(key: Key, where: string): Caution {
  return {
    key,
    text: `With ${key} ${where} completions are not drawn from the policy that is trained (off-policy): the gradient is biased.`,
  }
}
