/**
 * What a curve is, as a formula with the numbers of the step that is shown (MLPO §4, §7). Pure. Where the step's own
 * completions are at hand the numbers are put in; after a reload only the metric itself is.
 */
import type { Config } from '../../mlpo/config/config.ts'
import { decimal, figure, percent } from '../shared/format.ts'
import { teaches } from './arithmetic.ts'
import type { StepData } from './step.ts'

export interface MetricFormula {
  readonly title: string
  readonly tex: string
  /** What its letters are: [TeX, words]. */
  readonly letters: readonly (readonly [string, string])[]
  /** A line with the numbers put in; null where they are not known. */
  readonly numbers: (moment: Moment) => string | null
}

export interface Moment {
  readonly step: StepData | null
  readonly config: Config
}

const completion = ['g', 'a completion'] as const
const batch = ['N', 'completions of the step'] as const

export const metricFormulas = {
  reward: {
    title: 'Reward',
    tex: String.raw`\operatorname{mean}(r) = \frac{1}{N} \sum_{g=1}^{N} r_g, \qquad r_g = \sum_j w_j\, r_{g,j}`,
    letters: [batch, ['r_{g,j}', 'what reward function j gives completion g'], ['w_j', 'its weight']],
    numbers({ step }) {
      const rewards = step?.score?.groups.flat().flatMap(({ reward }) => reward ?? [])
      return rewards === undefined ? null : meanText(rewards)
    },
  },
  entropy: {
    title: 'Entropy',
    tex: String.raw`\operatorname{mean}(H) = \frac{1}{M} \sum_{g,t} \Bigl( -\sum_v \pi_\theta(v)\, \ln \pi_\theta(v) \Bigr)`,
    letters: [
      ['M', 'tokens of all completions'],
      ['v', 'the tokens of the vocabulary, at token t of completion g'],
      [String.raw`\pi_\theta`, 'the leader as it samples, at its temperature'],
    ],
    numbers({ step }) {
      const entropies = step?.loss?.groups.flat().flatMap((row) => row.entropies)
      return entropies === undefined ? null : `${meanText(entropies)} nats`
    },
  },
  length: {
    title: 'Length',
    tex: String.raw`\frac{1}{N} \sum_{g=1}^{N} \lvert o_g \rvert`,
    letters: [batch, [String.raw`\lvert o_g \rvert`, 'tokens of completion g, its end token among them']],
    numbers({ step }) {
      const lengths = step?.sample?.groups.flat().map(({ ids }) => ids.length)
      return lengths === undefined ? null : `${meanText(lengths)} tokens`
    },
  },
  gradient: {
    title: 'Gradient norm',
    tex: String.raw`\lVert \nabla_\theta \mathcal L \rVert_2`,
    letters: [
      [String.raw`\theta`, 'A and B of all LoRA layers'],
      [String.raw`\mathcal L`, 'the loss of the batch'],
    ],
    numbers({ step, config }) {
      const update = step?.update
      if (update == null) return null
      const what = update.gradClipped ? 'scaled down to' : 'below'
      return `${figure(update.gradNorm)}, ${what} max_grad_norm ${figure(config.max_grad_norm)}`
    },
  },
  idle: {
    title: 'Idle groups',
    tex: String.raw`\frac{1}{N} \bigl\lvert \{ g : \operatorname{std}(r \text{ of its group}) = 0 \} \bigr\rvert`,
    letters: [batch, completion],
    numbers({ step }) {
      const groups = step?.advantage?.groups
      if (groups === undefined) return null
      const idle = groups.filter(({ advantages }) => !teaches(advantages)).length
      return `${idle} of ${groups.length} groups = ${percent(idle / groups.length, { digits: 1 })}`
    },
  },
  strategy: {
    title: 'Strategy',
    tex: String.raw`\text{follows}_i = P(\hat y = y_i \mid y_i \ne y_j \text{ for all } j \ne i), \qquad \text{overrules} = P(\hat y \ne y_{\text{vote}})`,
    letters: [
      [String.raw`\hat y`, 'the leader’s answer'],
      ['y_i', 'the answer of peer i'],
      [String.raw`y_{\text{vote}}`, 'the answer that most peers give, where one is'],
    ],
    numbers: () => null,
  },
  accuracy: {
    title: 'Held-out accuracy',
    tex: String.raw`\frac{1}{n} \sum_{q=1}^{n} [\hat y_q = y_q]`,
    letters: [
      ['n', 'held-out questions, the same for every line and every evaluation'],
      [String.raw`\hat y_q`, 'the answer: the leader’s, the vote’s (a tie of m counts 1/m), a peer’s'],
      ['y_q', 'the right one'],
    ],
    numbers: ({ config }) =>
      `n = ${config.eval_size}; the band is Wilson’s interval, which holds the true share in 95 of 100 such samples`,
  },
} as const satisfies Readonly<Record<string, MetricFormula>>

export type MetricFormulaName = keyof typeof metricFormulas

/** The first terms are written out. */
const shownTerms = 4

function meanText(values: readonly number[]): string {
  if (values.length === 0) return 'no values'
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const terms = values.slice(0, shownTerms).map((value) => decimal(value))
  const rest = values.length > shownTerms ? [`… (${values.length - shownTerms} more)`] : []
  return `(${[...terms, ...rest].join(' + ')}) ÷ ${values.length} = ${decimal(mean, { digits: 4 })}`
}
