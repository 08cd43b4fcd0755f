/**
 * What WebLLM's chat should draw from given logits, by its own documents: bias, then penalties, temperature, top-p, and
 * the inverse of the cumulative distribution in token order. Double precision, plain arrays.
 */
import type { ChatReport, ChatRequest } from './chat.ts'

export interface ExpectedStep {
  readonly token: number
  /** Nats, of the whole tempered distribution, before top-p. */
  readonly logprob: number
  /** Ids that top-p leaves. */
  readonly kept: ReadonlySet<number>
}

/** Each step from the logits that WebLLM had there and the tokens that it drew before. */
export function expectedSteps({ logits, tokens }: ChatReport, request: ChatRequest): ExpectedStep[] {
  const uniforms = lehmer(request.seed ?? 1)
  return logits.map((row, step) => {
    const before = tokens.slice(0, step)
    return draw(penalised(biased(row, request), before, request), request, uniforms())
  })
}

function biased(logits: readonly number[], { logit_bias }: ChatRequest): number[] {
  return logits.map((logit, id) => logit + (logit_bias?.[String(id)] ?? 0))
}

function penalised(logits: readonly number[], before: readonly number[], request: ChatRequest): number[] {
  const { presence_penalty, frequency_penalty, repetition_penalty } = request
  return logits.map((logit, id) => {
    const count = before.filter((token) => token === id).length
    if (count === 0) return logit
    const lowered = logit - (presence_penalty ?? 0) - count * (frequency_penalty ?? 0)
    const factor = repetition_penalty ?? 1
    return lowered < 0 ? lowered * factor : lowered / factor
  })
}

function draw(logits: readonly number[], { temperature, top_p }: ChatRequest, uniform: number): ExpectedStep {
  const tempered = logits.map((logit) => logit / Math.max(1e-6, temperature ?? 1))
  const highest = Math.max(...tempered)
  const weights = tempered.map((logit) => Math.exp(logit - highest))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const kept = nucleus(
    weights.map((weight) => weight / sum),
    top_p ?? 1,
  )
  let threshold = uniform * [...kept].reduce((total, id) => total + (weights[id] ?? 0), 0)
  let token = -1
  for (const id of [...kept].sort((a, b) => a - b)) {
    if (threshold >= 0) token = id
    threshold -= weights[id] ?? 0
  }
  return { token, logprob: Math.log((weights[token] ?? 0) / sum), kept }
}

/** The smallest set of the most probable with that mass, ties to the lower id. */
function nucleus(probabilities: readonly number[], mass: number): Set<number> {
  const order = [...probabilities.keys()].sort(
    (a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0) || a - b,
  )
  const kept = new Set<number>()
  let reached = 0
  for (const id of order) {
    const probability = probabilities[id] ?? 0
    if (probability === 0 || (kept.size > 0 && reached >= mass)) break
    kept.add(id)
    reached += probability
  }
  return kept
}

/** WebLLM's random numbers: one for each token. */
function lehmer(seed: number): () => number {
  const modulus = 2 ** 31 - 1
  let state = seed % modulus
  return () => {
    state = (48_271 * state) % modulus
    return state / modulus
  }
}
