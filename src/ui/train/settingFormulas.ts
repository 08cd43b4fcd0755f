/**
 * The formulas that settings stand in (MLPO §1, §4): a setting's help shows its own, with what is set now put beside its
 * letter. Plain data; the code that computes them is `mlpo/advantage.ts`, `mlpo/loss*` and `mlpo/trainer/adamw.ts`.
 */
import type { Key } from '../../mlpo/config/config.ts'

export interface SettingFormula {
  readonly title: string
  readonly tex: string
  /** The letters that are settings, in TeX, each as it occurs in `tex`. */
  readonly settings: Readonly<Partial<Record<Key, string>>>
  /** What the other letters are: [TeX, words]. */
  readonly letters: readonly (readonly [string, string])[]
}

const policy = [String.raw`\pi_\theta`, 'the leader, adapter on'] as const
const ratio = String.raw`\rho_t`
const advantage = [String.raw`\hat A`, 'advantage of the completion'] as const

export const settingFormulas: readonly SettingFormula[] = [
  {
    title: 'Work per question',
    tex: String.raw`T \cdot (K + 1) \text{ generations}, \qquad y_t = \pi_\theta(q, a_1 \dots a_K)`,
    settings: {
      rounds: 'T',
      eval_rounds: 'T',
      leader: String.raw`\pi_\theta`,
      peers: String.raw`a_1 \dots a_K`,
    },
    letters: [
      ['K', 'peers'],
      ['y_t', 'the leader’s answer in round t'],
      ['q', 'the question'],
    ],
  },
  {
    title: 'A token’s probability',
    tex: String.raw`\pi_\theta(v) = \frac{e^{z_v / \tau}}{\sum_u e^{z_u / \tau}}`,
    settings: { temperature: String.raw`\tau` },
    letters: [
      ['z_v', 'logit of token v'],
      ['u', 'every token of the vocabulary'],
    ],
  },
  {
    title: 'Reward of a completion',
    tex: String.raw`r_g = \sum_j w_j\, r_{g,j}`,
    settings: { reward_weights: 'w_j', custom_reward_weights: 'w_j' },
    letters: [['r_{g,j}', 'what reward function j gives completion g']],
  },
  {
    title: 'Advantage of a completion',
    tex: String.raw`\hat A_g = \frac{r_g - m}{s}, \qquad m = \frac{1}{G} \sum_{g=1}^{G} r_g`,
    settings: { num_generations: 'G', scale_rewards: 's' },
    letters: [
      ['r_g', 'reward of completion g of the group'],
      ['m', 'the group’s mean'],
      ['s', '1 with “none”; else a standard deviation of rewards, plus 0.0001'],
    ],
  },
  {
    title: 'Loss of a token, clipped',
    tex: String.raw`\ell_t = -\min\bigl( \min(\rho_t, \delta)\, \hat A,\ \operatorname{clip}(\rho_t,\, 1 - \varepsilon,\, 1 + \varepsilon_{\text{high}})\, \hat A \bigr)`,
    settings: {
      epsilon: String.raw`\varepsilon`,
      epsilon_high: String.raw`\varepsilon_{\text{high}}`,
      delta: String.raw`\delta`,
    },
    letters: [
      [
        ratio,
        'the token’s probability now, divided by that when it was sampled; 1 in the first update of a batch',
      ],
      advantage,
    ],
  },
  {
    title: 'The ratio while a batch is learnt from',
    tex: String.raw`\rho_t = \frac{\pi_{\theta_i}(o_t)}{\pi_{\theta_0}(o_t)}, \qquad i = 0 \dots \mu - 1`,
    settings: { num_iterations: String.raw`\mu` },
    letters: [
      [String.raw`\theta_i`, 'the adapter after i updates on this batch'],
      ['o_t', 'the token'],
    ],
  },
  {
    title: 'Loss of the batch (dr_grpo)',
    tex: String.raw`\mathcal L = \frac{1}{N L} \sum_{g=1}^{N} \sum_{t=1}^{\lvert o_g \rvert} \ell_{g,t}`,
    settings: { loss_length: 'L', max_completion_length: 'L' },
    letters: [
      ['N', 'completions of the step'],
      [String.raw`\lvert o_g \rvert`, 'tokens of completion g'],
      [String.raw`\ell_{g,t}`, 'loss of its token t'],
    ],
  },
  {
    title: 'KL, added to the loss of each token',
    tex: String.raw`\beta \Bigl( \frac{\pi_{\text{ref}}}{\pi_\theta} - \ln \frac{\pi_{\text{ref}}}{\pi_\theta} - 1 \Bigr)`,
    settings: { beta: String.raw`\beta`, kl_reference: String.raw`\pi_{\text{ref}}` },
    letters: [policy],
  },
  {
    title: 'An adapted layer',
    tex: String.raw`W x + \frac{\alpha}{r} B A x`,
    settings: { lora_alpha: String.raw`\alpha`, lora_r: 'r' },
    letters: [
      ['W', 'the layer as it is, frozen'],
      ['A, B', 'what is trained: r rows, r columns'],
    ],
  },
  {
    title: 'An update (AdamW)',
    tex: String.raw`\begin{gathered} m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2 \\ \theta \leftarrow \theta - \eta \Bigl( \frac{\hat m}{\sqrt{\hat v} + \epsilon} + \lambda \theta \Bigr) \end{gathered}`,
    settings: {
      learning_rate: String.raw`\eta`,
      adam_beta1: String.raw`\beta_1`,
      adam_beta2: String.raw`\beta_2`,
      adam_epsilon: String.raw`\epsilon`,
      weight_decay: String.raw`\lambda`,
    },
    letters: [
      [String.raw`\theta`, 'A and B of all adapted layers'],
      ['g', 'the gradient'],
      [
        String.raw`\hat m, \hat v`,
        'm and v, divided by 1 − β₁ and 1 − β₂ to the power of the number of updates',
      ],
    ],
  },
  {
    title: 'A gradient that is too long',
    tex: String.raw`g \leftarrow g \cdot \min\Bigl( 1, \frac{c}{\lVert g \rVert_2} \Bigr)`,
    settings: { max_grad_norm: 'c' },
    letters: [['g', 'the gradient of A and B of all adapted layers']],
  },
]

/** null for a setting that stands in no formula. */
export function formulaWith(key: Key): SettingFormula | null {
  return settingFormulas.find(({ settings }) => key in settings) ?? null
}
