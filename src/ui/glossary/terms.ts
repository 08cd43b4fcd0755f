/**
 * The glossary: what the field's words mean on this page, in two or three sentences, with the paper's symbol where it has
 * one (MLPO §1–§5). Data only; who marks a word in the text is `Term.tsx`, and in lessons `[word](term:name)`.
 */
import type { Place } from '../app/route.ts'
import type { MetricFormulaName } from '../train/metricFormulas.ts'

interface TermWords {
  readonly title: string
  /** The paper's symbol, in TeX. */
  readonly tex?: string
  readonly text: string
  /** The page's own formula for it, with its live numbers. */
  readonly formula?: MetricFormulaName
  /** Where the page shows it at work. */
  readonly place: Place
}

export const terms = {
  team: {
    title: 'Team',
    text: 'One leader and its peers, who work on the same question. The peers answer, the leader decides.',
    place: 'team',
  },
  leader: {
    title: 'Leader',
    tex: String.raw`\pi_\theta`,
    text: 'The model that reads what the peers wrote, thinks, and gives the team’s answer. It is the only one that is trained.',
    place: 'arena',
  },
  peer: {
    title: 'Peer',
    tex: 'a_i',
    text: 'A model that answers the question on its own, for the leader to read. Peers are frozen: training never changes them.',
    place: 'arena',
  },
  seat: {
    title: 'Seat',
    text: 'A peer’s place in the team: “Peer 2” is whoever sits in the second seat. Where seats are permuted, the peers sit down anew for each question, so that the place says nothing about who is right.',
    place: 'team',
  },
  role: {
    title: 'Role',
    text: 'What a peer is told about itself, such as specialist or generalist. Peers with the same model differ in their roles alone.',
    place: 'team',
  },
  round: {
    title: 'Round',
    tex: 't',
    text: 'One exchange: every peer writes, then the leader. From round 1 on each peer also reads its own previous solution and what the leader wrote, and may change its mind.',
    place: 'arena',
  },
  proposal: {
    title: 'Proposal',
    tex: 's_i',
    text: 'A peer’s solution to a question, as the leader reads it. For training several of each peer are written once and kept, so that no peer has to run while the leader learns.',
    place: 'train',
  },
  prompt: {
    title: 'Prompt',
    text: 'The text that a model reads before it writes. The leader’s holds the question and what each peer wrote to it.',
    place: 'train',
  },
  completion: {
    title: 'Completion',
    tex: 'o_g',
    text: 'What the leader writes to a prompt: a thought and an answer. In training it writes several to the same prompt, with chance in each.',
    place: 'train',
  },
  token: {
    title: 'Token',
    tex: 'o_{g,t}',
    text: 'A piece of text that a model reads or writes at once: a word, a part of one, a sign. The model gives each possible next token a probability.',
    place: 'train',
  },
  thought: {
    title: 'Thought',
    text: 'The part of the leader’s text that stands before its answer and weighs what the peers wrote. It is text that the model wrote: it may or may not be why it answers so.',
    place: 'arena',
  },
  vote: {
    title: 'Vote of the peers',
    tex: String.raw`y_{\text{vote}}`,
    text: 'The answer that most peers give, counted and not read (a plurality vote). A leader is worth having only if it is right more often than this.',
    place: 'evaluate',
  },
  oracle: {
    title: 'Oracle',
    text: 'Counts as right when at least one peer is right: as good as choosing among the peers’ answers can be. It needs the right answer to choose, so that it is a yardstick and no method.',
    place: 'evaluate',
  },
  overrule: {
    title: 'Overruling',
    text: 'The leader answers otherwise than the vote of its peers. That helps only as far as it is right when it does so.',
    formula: 'strategy',
    place: 'train',
  },
  routing: {
    title: 'Routing',
    text: 'Choosing a peer by the kind of question, without reading what it wrote. A table can do that, so that a leader has to be better than the table to show that it reads.',
    place: 'evaluate',
  },
  nano: {
    title: 'Nano model',
    text: 'One of the page’s own language models, with about a million parameters. They know only the generated kinds of question, and are small enough to be trained in a browser.',
    place: 'team',
  },
  preset: {
    title: 'Preset',
    text: 'A team with settings that go together, under a name such as Route or Read. What a run changes of it is always listed.',
    place: 'train',
  },
  run: {
    title: 'Run',
    text: 'One training from its settings to its end, with its curves, checkpoints and adapter. It is kept in this browser until you delete it.',
    place: 'runs',
  },
  step: {
    title: 'Step',
    text: 'One turn of training: prompts are drawn, the leader writes completions, these are rewarded and compared, and the adapter is moved.',
    place: 'train',
  },
  group: {
    title: 'Group',
    tex: 'G',
    text: 'The completions that the leader writes to one prompt in a step; G is how many. They are compared with each other, and with nothing else.',
    place: 'train',
  },
  reward: {
    title: 'Reward',
    tex: 'r_g',
    text: 'The number that a completion earns: the weighted sum of the reward functions, such as accuracy and format. Training knows nothing else of what is wanted.',
    formula: 'reward',
    place: 'train',
  },
  baseline: {
    title: 'Baseline',
    tex: String.raw`\operatorname{mean}(r)`,
    text: 'What a reward is compared with: here the mean of the completion’s own group. So no second model has to guess how hard a prompt is.',
    place: 'train',
  },
  advantage: {
    title: 'Advantage',
    tex: 'A_g',
    text: 'A completion’s reward minus the mean of its group. Above 0 its tokens become likelier, below 0 less likely.',
    place: 'train',
  },
  idle: {
    title: 'Idle group',
    text: 'A group in which all completions earn the same. Every advantage is 0, so that the group teaches nothing.',
    formula: 'idle',
    place: 'train',
  },
  loss: {
    title: 'Loss',
    tex: String.raw`\mathcal L`,
    text: 'The number that an update makes smaller. It falls when tokens of completions with a positive advantage become likelier, and those with a negative one less likely.',
    place: 'train',
  },
  ratio: {
    title: 'Ratio',
    tex: String.raw`\rho_{g,t}`,
    text: 'A token’s probability now, divided by its probability before the first update with this batch. It is 1 until that update.',
    place: 'train',
  },
  clipping: {
    title: 'Clipping',
    tex: String.raw`\varepsilon`,
    text: 'The ratio counts only within bounds, such as 1 − ε to 1 + ε_high. A token that has gone far enough in its direction is not pushed further by the same batch.',
    place: 'train',
  },
  kl: {
    title: 'KL term',
    tex: String.raw`\beta \cdot \mathrm{KL}_t`,
    text: 'How far the leader has moved from a fixed reference, by the probabilities of its tokens (Kullback–Leibler divergence). With beta above 0 the distance is added to the loss; at 0 it is not computed.',
    place: 'train',
  },
  entropy: {
    title: 'Entropy',
    tex: 'H',
    text: 'How unsure the leader is of its next token, in nats; 0 means certain. Where it is 0, all completions of a group are the same and there is nothing to compare.',
    formula: 'entropy',
    place: 'train',
  },
  gradient: {
    title: 'Gradient',
    tex: String.raw`\nabla_\theta \mathcal L`,
    text: 'How the loss changes with each number of the adapter. Its norm says how hard the batch pulls; above a limit it is scaled down before the update.',
    formula: 'gradient',
    place: 'train',
  },
  optimiser: {
    title: 'Optimiser',
    text: 'The rule that turns gradients into changes of the adapter; here AdamW. It remembers earlier gradients, which is why a checkpoint holds it too.',
    place: 'train',
  },
  adapter: {
    title: 'LoRA adapter',
    tex: String.raw`\tfrac{\alpha}{r} B A`,
    text: 'Two small matrices, A and B, beside weights of the model (LoRA). Only they are trained: the model itself stays as it is, and without its adapter the leader is as before training.',
    place: 'train',
  },
  trace: {
    title: 'Trace',
    text: 'A text for the leader to learn from in which a wrong path is noticed and left for the right one, made from its own completions. Learning from traces is supervised fine-tuning (SFT), an optional phase before the rewards.',
    place: 'train',
  },
  heldOut: {
    title: 'Held-out question',
    text: 'A question that training never shows. Whoever is right on these cannot have learnt their answers by heart.',
    formula: 'accuracy',
    place: 'evaluate',
  },
  interval: {
    title: 'Interval',
    text: 'A range around a measured value: 95 of 100 ranges made like this hold the true one. The fewer the questions, the wider it is.',
    place: 'evaluate',
  },
  greedy: {
    title: 'Greedy decoding',
    text: 'Writing without chance: always the likeliest next token. The same prompt then gives the same text.',
    place: 'evaluate',
  },
  temperature: {
    title: 'Temperature',
    text: 'How much chance there is in the choice of the next token. At 1 tokens are drawn as likely as the model says; the lower it is, the more the likeliest ones are preferred.',
    place: 'evaluate',
  },
  seed: {
    title: 'Seed',
    text: 'The number that all random choices follow from. The same seed, settings, device and version give the same run; another seed shows what chance alone changes.',
    place: 'train',
  },
  generation: {
    title: 'Generation',
    text: 'One text that a model writes. A round takes one of each peer and one of the leader.',
    place: 'evaluate',
  },
  signFlip: {
    title: 'Sign-flip test',
    text: 'Could a difference be chance? Both sides answer the same questions; then the signs of their differences are flipped at random, very often. p is the share of flips with a difference at least as large as the measured one.',
    place: 'evaluate',
  },
  holm: {
    title: 'Holm’s correction',
    text: 'Who makes many tests finds something by chance. Holm’s correction raises each p, so that the chance of any false finding among all of them stays below the level of a single test.',
    place: 'evaluate',
  },
  shapley: {
    title: 'Shapley value',
    text: 'What a peer is worth to its team: the gain in accuracy that it brings, averaged over all orders in which the peers could join. The values of all peers add up to the team’s gain.',
    place: 'evaluate',
  },
  passAtK: {
    title: 'pass@k',
    text: 'The chance that at least one of k samples is right. It tells whether an answer is within a model’s reach, not whether the model would choose it.',
    place: 'evaluate',
  },
  checkpoint: {
    title: 'Checkpoint',
    text: 'A run as it was saved after a step: adapter, optimiser, random numbers, and its place among the questions. The run goes on from it with the very next batch.',
    place: 'runs',
  },
  fork: {
    title: 'Fork',
    text: 'A new run that goes on from a checkpoint of another one, with settings of its own. The other run stays as it is.',
    place: 'runs',
  },
} as const satisfies Readonly<Record<string, TermWords>>

export type TermName = keyof typeof terms

export function isTermName(name: string): name is TermName {
  return Object.hasOwn(terms, name)
}

/** By title, those that hold every word of the query in their title or text. */
export function termsMatching(query: string): readonly TermName[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return Object.keys(terms)
    .filter(isTermName)
    .filter((name) => {
      const { title, text } = terms[name]
      const whole = `${title} ${text}`.toLowerCase()
      return words.every((word) => whole.includes(word))
    })
    .sort((a, b) => terms[a].title.localeCompare(terms[b].title, 'en'))
}

/** What of it a card shows; optional parts as such. */
export function wordsOf(name: TermName): TermWords {
  return terms[name]
}
