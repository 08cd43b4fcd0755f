/**
 * Sampling and scoring on one loaded model: a prompt is computed once, then a whole group is drawn from its keys and
 * values, by our own sampler from WebLLM's logits. Stateful (there is one KV cache): one call at a time.
 */
import { hashText } from '../../common/hash.ts'
import type { Engine, SampledToken, SampleId, SampleOptions, SampleRequest, TokenIds } from '../engine.ts'
import { drawToken, sampleUniform } from '../llama/sampling.ts'
import type { WebLlmModel } from './load.ts'

/** What names a completion's random numbers, and the prompt that it continues. */
export interface Draw {
  readonly id: SampleId
  readonly prompt: TokenIds
  readonly index: number
  /** Position of the first token that is drawn; those before it are in the cache with the prompt. */
  readonly from?: number
}

export interface DrawnCompletion {
  readonly ids: readonly number[]
  readonly logprobs: Float32Array
  readonly finish: 'stop' | 'length'
}

export class Rollouts {
  readonly #model: WebLlmModel

  constructor(model: WebLlmModel) {
    this.#model = model
  }

  /** All completions of one request. `onToken` is called for each token. */
  async group(
    { id, prompt, count, firstIndex = 0 }: SampleRequest,
    options: SampleOptions,
    onToken: () => void,
  ): Promise<DrawnCompletion[]> {
    const completions: DrawnCompletion[] = []
    if (count === 0) return completions
    options.signal?.throwIfAborted()
    const logits = await this.prefill(prompt)
    const { internals } = this.#model
    for (let c = 0; c < count; c++) {
      const ids: number[] = []
      const logprobs: number[] = []
      for await (const token of this.draw({ id, prompt, index: firstIndex + c }, logits, options)) {
        ids.push(token.id)
        logprobs.push(token.logprob)
        onToken()
      }
      const last = ids[ids.length - 1]
      const finish = last !== undefined && this.#isEnd(last) ? 'stop' : 'length'
      completions.push({ ids, logprobs: Float32Array.from(logprobs), finish })
      internals.popTokens(internals.filledLength - prompt.length)
    }
    return completions
  }

  /** One answer, or what is left of it after the tokens that were drawn before. */
  async *answer(
    { id, prompt, drawn }: { readonly id: SampleId; readonly prompt: TokenIds; readonly drawn: TokenIds },
    options: SampleOptions,
  ): AsyncGenerator<SampledToken> {
    const logits = await this.prefill([...prompt, ...drawn])
    yield* this.draw({ id, prompt, index: 0, from: drawn.length }, logits, options)
  }

  /** Starts over with this prompt; gives the logits after it. */
  async prefill(prompt: TokenIds): Promise<Float32Array> {
    await this.#reset()
    return this.#forward(prompt)
  }

  /** Draws one completion after the prompt, which is in the cache, and leaves its own tokens in there too. */
  async *draw(
    { id, prompt, index, from = 0 }: Draw,
    promptLogits: Float32Array,
    options: SampleOptions,
  ): AsyncGenerator<SampledToken> {
    const { contextLength } = this.#model.source.config
    const limit = Math.min(options.maxTokens, contextLength - prompt.length)
    const idHash = hashText(id)
    let logits = promptLogits
    for (let position = from; position < limit; position++) {
      options.signal?.throwIfAborted()
      const token = drawToken(logits, options, sampleUniform(options.seed, idHash, index, position))
      yield token
      if (this.#isEnd(token.id) || position + 1 >= limit) return
      logits = await this.#forward([token.id])
    }
  }

  /** Log-probabilities at temperature 1; pairs with the same prompt should stand together. */
  async score(pairs: Parameters<Engine['score']>[0], signal: AbortSignal): Promise<Float32Array[]> {
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
    await this.#reset()
    if (prompt.length > 1) await this.#forward(prompt.slice(0, -1))
  }

  async #scoreAfter(prompt: TokenIds, completion: TokenIds): Promise<Float32Array> {
    if (completion.length === 0) return new Float32Array(0)
    const ids = Int32Array.from([...prompt.slice(-1), ...completion.slice(0, -1)])
    const logprobs = await this.#model.internals.score(ids, Int32Array.from(completion))
    this.#model.internals.popTokens(ids.length)
    return logprobs
  }

  /** Appends tokens to the cache; gives the logits after the last one. */
  async #forward(ids: TokenIds): Promise<Float32Array> {
    const { engine, id, logits } = this.#model
    await engine.forwardTokensAndSample([...ids], ids.length > 1, id)
    return logits.logits
  }

  #reset(): Promise<void> {
    return this.#model.engine.resetChat(false, this.#model.id)
  }

  #isEnd(token: number): boolean {
    return this.#model.source.config.endTokens.includes(token)
  }
}

function sameTokens(a: TokenIds, b: TokenIds): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i])
}
