/**
 * The sequence under our own model library, which takes tokens back from the KV cache, so that a prompt is computed once
 * for a whole group, and scores all positions of a completion at once.
 */
import type { Engine, TokenIds } from '../engine.ts'
import type { RunningModel } from './running-model.ts'
import { PublicSequence } from './sequence.ts'

export class OwnSequence extends PublicSequence {
  readonly #internals: RunningModel['internals']
  #promptLength = 0
  #promptLogits: Float32Array = new Float32Array(0)

  constructor(model: RunningModel) {
    super(model)
    this.#internals = model.internals
  }

  override async start(prompt: TokenIds): Promise<Float32Array> {
    this.#promptLogits = await super.start(prompt)
    this.#promptLength = prompt.length
    return this.#promptLogits
  }

  override rewind(): Promise<Float32Array> {
    this.#internals.popTokens(this.#internals.filledLength - this.#promptLength)
    return Promise.resolve(this.#promptLogits)
  }

  override async score(pairs: Parameters<Engine['score']>[0], signal: AbortSignal): Promise<Float32Array[]> {
    const scores: Float32Array[] = []
    let cached: TokenIds | null = null
    for (const { prompt, completion } of pairs) {
      signal.throwIfAborted()
      if (cached === null || !sameTokens(cached, prompt)) await this.#cachePrompt(prompt)
      cached = prompt
      scores.push(await this.#scoreAfter(prompt, completion))
    }
    return scores
  }

  /** All of the prompt but its last token, whose logits are wanted with the completion's. */
  async #cachePrompt(prompt: TokenIds): Promise<void> {
    if (prompt.length > 1) await this.start(prompt.slice(0, -1))
    else await this.clear()
  }

  async #scoreAfter(prompt: TokenIds, completion: TokenIds): Promise<Float32Array> {
    if (completion.length === 0) return new Float32Array(0)
    const ids = Int32Array.from([...prompt.slice(-1), ...completion.slice(0, -1)])
    const logprobs = await this.#internals.score(ids, Int32Array.from(completion))
    this.#internals.popTokens(ids.length)
    return logprobs
  }
}

function sameTokens(a: TokenIds, b: TokenIds): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i])
}
