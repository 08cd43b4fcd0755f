/** Made-up stages, metrics and evaluations that obey the real arithmetic, so that the views can be looked at. */
import type { Config } from '../../mlpo/config/config.ts'
import { drawProblems } from '../../mlpo/families/draw.ts'
import { stream } from '../../mlpo/random.ts'
import type { Random } from '../../mlpo/random.ts'
import type { Evaluation, Metrics, Rollout, Share, Stage } from '../../mlpo/stages.ts'

const skill = (step: number) => 0.6 + 0.25 * (1 - Math.exp(-step / 25))

export function* stagesOf(step: number, config: Config): Generator<Stage> {
  const random = stream(config.seed, 'trial', step)
  const { families, prompts_per_step: count, num_generations: size, max_completion_length: longest } = config
  const problems = drawProblems({
    families: random.shuffle(families),
    difficulty: 1,
    split: 'train',
    count,
    seed: step,
  })
  const prompts = problems.map(({ id, problem }) => {
    const { solve, slip, ...task } = problem
    const proposals = config.peers.map((_, peer) => {
      const right = random.uniform() < 0.55
      const { steps, answer } = right ? solve() : slip(random)
      return { peer, text: `${steps.join(' ')} Answer: ${answer}`, answer, right }
    })
    const block = proposals.map(({ text }, seat) => `Peer ${seat + 1}: ${text}`).join('\n')
    const promptText = `<|system|>leader<|user|>${task.question}\n${block}<|leader|>`
    return {
      task: { id, ...task },
      variant: 1,
      round: 0,
      proposals,
      promptText,
      promptIds: Array.from({ length: 96 }, () => 1),
    }
  })
  yield { step, stage: 'prompt', prompts }

  const groups = problems.map(({ problem }, index) => {
    const hard = [0.95, 0.5, 0.6, 0.3, 0.99, 0.7, 0.5, 0.02][index % 8] ?? 0.5
    return Array.from({ length: size }, () => {
      const right = random.uniform() < hard * skill(step) * 1.2
      const { steps, answer } = right ? problem.solve() : problem.slip(random)
      return rollout(random, `I check. ${steps.join(' ')}`, answer)
    })
  })
  yield { step, stage: 'sample', groups }

  const scores = groups.map((group, index) =>
    group.map(({ answer }) => {
      const right = answer === problems[index]?.problem.answer
      const rewards = [right ? 1 : 0, answer === null ? 0 : 1]
      return { right, rewards, reward: (rewards[0] ?? 0) + 0.1 * (rewards[1] ?? 0) }
    }),
  )
  yield { step, stage: 'score', functions: ['accuracy', 'format'], weights: [1, 0.1], groups: scores }

  const advantages = scores.map((group) => {
    const mean = group.reduce((sum, { reward }) => sum + reward, 0) / group.length
    const variance = group.reduce((sum, { reward }) => sum + (reward - mean) ** 2, 0) / (group.length - 1)
    return { mean, std: Math.sqrt(variance), advantages: group.map(({ reward }) => reward - mean) }
  })
  yield { step, stage: 'advantage', groups: advantages }

  const rows = count * size
  const losses = groups.map((group, i) =>
    group.map(({ logprobs }, g) => {
      const gradient = -(advantages[i]?.advantages[g] ?? 0) / (rows * longest)
      return {
        logprobs,
        oldLogprobs: logprobs,
        entropies: logprobs.map((value) => Math.abs(value) * 1.3),
        losses: logprobs.map(() => gradient),
        gradients: logprobs.map(() => gradient),
      }
    }),
  )
  yield { step, stage: 'loss', iteration: 0, loss: 1e-9 * step, groups: losses }
  yield {
    step,
    stage: 'update',
    iteration: 0,
    learningRate: config.learning_rate,
    gradNorm: 0.01 + random.uniform() * 0.02,
    gradClipped: false,
    adapterVersion: step,
    updateNorm: 0.12 + random.uniform() * 0.05,
    weightNorm: 11.2 + step * 0.05,
    metrics: metricsAt(step),
  }
}

function rollout(random: Random, thought: string, answer: string): Rollout {
  const broken = random.uniform() < 0.04
  const text = broken ? `<think>${thought}` : `<think>${thought}</think><answer>${answer}</answer>`
  const tokenTexts = [...(text.match(/<[^>]+>|\s?[\w]+|\s?[^\w\s]|\s/g) ?? []), '<|end|>']
  return {
    text,
    ids: tokenTexts.map((_, i) => i),
    tokenTexts,
    logprobs: tokenTexts.map(() => -(random.uniform() ** 4) * 2),
    finish: broken ? 'length' : 'stop',
    adapterVersion: 0,
    thought: broken ? null : thought,
    answer: broken ? null : answer,
    unparseable: broken ? { reason: 'The thought was not closed, and no answer follows.' } : null,
  }
}

export function metricsAt(step: number): Metrics {
  const random = stream(7, 'trial metrics', step)
  return {
    reward: skill(step) + 0.1 + (random.uniform() - 0.5) * 0.16,
    reward_std: 0.42,
    entropy: 0.46 - step * 0.002 + random.uniform() * 0.03,
    'completions/mean_length': 22 + random.uniform() * 3,
    grad_norm: 0.01 + random.uniform() * 0.02,
    frac_reward_zero_std: Math.round(random.uniform() * 4) / 8,
    loss: 1e-9,
    learning_rate: 2e-3,
    'team/copy_rate/0': random.uniform() * 0.4,
    'team/copy_rate/1': random.uniform() * 0.5,
    'team/overrule_rate': random.uniform() * 0.3,
    // As in a real run, not every step has a question that tells it.
    ...(step % 3 > 0 && { 'team/copy_rate/2': random.uniform() * 0.6 }),
  }
}

export function evaluationAt(step: number, { eval_size: n }: Config): Evaluation {
  const share = (value: number): Share => {
    const half = 1.96 * Math.sqrt((value * (1 - value)) / n)
    return { value, low: value - half, high: value + half }
  }
  const team = skill(step)
  const gain = team - 0.69
  return {
    step,
    n,
    decoding: 'sampled',
    leaderTeam: share(team),
    leaderAlone: share(0.56),
    majority: share(0.69),
    bestPeer: share(0.61),
    bestPeerIndex: 1,
    peers: [0.58, 0.61, 0.55].map(share),
    oracle: share(0.96),
    gainOverMajority: { value: gain, low: gain - 0.055, high: gain + 0.055 },
    formatValid: 0.99,
    families: [],
  }
}
