/** Rules about what is rewarded: a group of equal rewards has no gradient, and what is not rewarded is not learnt. */
import { evidenceOf, type Case, type Finding, type Rule } from './rule.ts'

/** Share of completions in groups of equal rewards above which almost nothing teaches. */
const idleShare = 0.8
const coldTemperature = 0.7
const cutShare = 0.25
const tooHard = 0.1
const tooEasy = 0.9
/** What a rise in a mean must be to be one. */
const rise = 0.05

const accuracyKey = 'rewards/accuracy/mean'
const formatKey = 'rewards/format/mean'
const idleKey = 'frac_reward_zero_std'
const cutKey = 'completions/clipped_ratio'

const random: Rule = ({ config, windows }) =>
  config.reward_funcs.includes('random')
    ? {
        rule: 'random-reward',
        title: 'The reward is drawn at random.',
        explanation:
          'Whatever the leader writes earns as much on average, so that the advantages point nowhere. Good as a control, and for nothing else.',
        evidence: evidenceOf(windows, ['rewards/random/mean', accuracyKey]),
        change: withoutReward(config, 'random'),
      }
    : null

const cutOff: Rule = ({ config, windows }) =>
  windows.last(cutKey) >= cutShare
    ? {
        rule: 'cut-off',
        title: 'Many completions are cut off before they end.',
        explanation:
          'A text without its end has no answer and earns nothing, however good it was. Give it more room.',
        evidence: evidenceOf(windows, [cutKey, 'completions/mean_length', formatKey]),
        change: { max_completion_length: 2 * config.max_completion_length },
      }
    : null

const cold: Rule = ({ config, windows }) =>
  windows.last(idleKey) >= idleShare / 2 && config.temperature < coldTemperature
    ? {
        rule: 'too-cold',
        title: 'The completions of a group are all alike.',
        explanation:
          'At a low temperature the leader says the same thing again and again. Equal texts earn equal rewards, and equal rewards have no gradient.',
        evidence: evidenceOf(windows, [idleKey, 'entropy', 'reward_std']),
        change: { temperature: 1 },
      }
    : null

const easy: Rule = ({ config, windows }) => {
  if (!isIdle({ config, windows }) || !(windows.last(accuracyKey) >= tooEasy)) return null
  const { difficulty, easy_threshold: threshold } = config
  return {
    rule: 'too-easy',
    title: 'The questions are too easy: nearly every completion is right.',
    explanation:
      'Where all are right there is nothing to tell apart. Leave out what the peers solve already, or ask harder questions.',
    evidence: evidenceOf(windows, [idleKey, accuracyKey, 'team/majority_accuracy']),
    change:
      threshold === null || threshold > 0.75
        ? { easy_threshold: 0.75 }
        : difficulty === null || difficulty === 3
          ? null
          : { difficulty: difficulty === 1 ? 2 : 3 },
  }
}

const hard: Rule = ({ config, windows }) => {
  if (!(windows.last(accuracyKey) <= tooHard) || windows.last(cutKey) >= cutShare) return null
  const { difficulty } = config
  return {
    rule: 'too-hard',
    title: 'The questions are too hard: hardly any completion is right.',
    explanation:
      'Only what succeeds now and then can be reinforced. Ask easier questions, or sample more completions so that some succeed.',
    evidence: evidenceOf(windows, [accuracyKey, idleKey, 'team/oracle_accuracy']),
    change:
      difficulty === 1 || difficulty === null
        ? config.num_generations < 32
          ? { num_generations: 2 * config.num_generations }
          : null
        : { difficulty: 1 },
  }
}

const equal: Rule = ({ config, windows }) =>
  isIdle({ config, windows }) && config.temperature >= coldTemperature
    ? {
        rule: 'equal-rewards',
        title: 'Nearly all groups have equal rewards.',
        explanation:
          'An advantage is the distance from the group’s mean; where all rewards are equal it is 0, and so is the gradient. Draw such groups again.',
        evidence: evidenceOf(windows, [idleKey, 'reward_std', accuracyKey]),
        change: config.resample_degenerate ? null : { resample_degenerate: true },
      }
    : null

/** Nothing that is rewarded asks whether an answer is right; own rewards may, so that nothing is said of them. */
const unpaid: Rule = ({ config, windows }) =>
  isIdle({ config, windows }) && weightOf(config, 'accuracy') === 0 && config.custom_rewards.length === 0
    ? {
        rule: 'unpaid',
        title: 'The right answer earns nothing.',
        explanation:
          'Right and wrong completions earn the same, so that a group has nothing to tell apart. Pay for the right answer, and little for the rest.',
        evidence: evidenceOf(windows, [idleKey, 'reward', 'reward_std', formatKey]),
        change: withAccuracy(config),
      }
    : null

const formatOnly: Rule = ({ config, windows }) => {
  const weight = weightOf(config, 'format')
  const gained = windows.last(formatKey) - windows.first(formatKey)
  const better = windows.last(accuracyKey) - windows.first(accuracyKey)
  const loud = weight > Math.abs(weightOf(config, 'accuracy'))
  if (!(gained >= rise && better < rise) && !loud) return null
  if (weight === 0 || better >= rise) return null
  return {
    rule: 'format-only',
    title: loud ? 'The format earns more than the right answer.' : 'Only the format improves.',
    explanation:
      'The leader learns what pays most easily: the two tags. Let the right answer weigh more, as in the defaults (1 and 0.1).',
    evidence: evidenceOf(windows, [formatKey, accuracyKey, 'reward']),
    change: loud || weight > 0.1 ? withAccuracy(config) : null,
  }
}

export const rewardRules = { random, cutOff, cold, easy, hard, unpaid, equal, formatOnly } as const

function isIdle({ windows }: Case): boolean {
  return windows.last(idleKey) >= idleShare
}

function weightOf({ reward_funcs: names, reward_weights: weights }: Case['config'], name: string): number {
  return weights[names.findIndex((each) => each === name)] ?? 0
}

/** The weights of the defaults for these two, with the accuracy at the head where it was missing. */
function withAccuracy({ reward_funcs: names, reward_weights: weights }: Case['config']): Finding['change'] {
  const usual: Readonly<Record<string, number>> = { accuracy: 1, format: 0.1 }
  const kept = weights.map((weight, j) => usual[names[j] ?? ''] ?? weight)
  if (names.includes('accuracy')) return { reward_weights: kept }
  return { reward_funcs: ['accuracy', ...names], reward_weights: [1, ...kept] }
}

/** Without it, and with the accuracy where nothing else is left. */
function withoutReward(
  { reward_funcs: names, reward_weights: weights }: Case['config'],
  name: string,
): Finding['change'] {
  const kept = names.flatMap((each, j) => (each === name ? [] : [{ each, weight: weights[j] ?? 1 }]))
  if (kept.length === 0) return { reward_funcs: ['accuracy', 'format'], reward_weights: [1, 0.1] }
  return { reward_funcs: kept.map(({ each }) => each), reward_weights: kept.map(({ weight }) => weight) }
}
