/**
 * Sampling on one loaded model, by our own sampler from WebLLM's logits. Stateful (there is one KV cache): one call at a
 * time.
 */
import { hashText } from '../../common/hash.ts'
import type { SampledToken, SampleId, SampleOptions, SampleRequest, TokenIds } from '../engine.ts'
import { drawToken, sampleUniform } from '../llama/sampling.ts'
import type { WebLlmModel } from './load.ts'

/** What names a completion's random numbers, and the prompt that it continues. */
interface Draw {
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
  readonly #model: Pick<WebLlmModel, 'chat' | 'sequence'>

  constructor(model: Pick<WebLlmModel, 'chat' | 'sequence'>) {
    this.#model = model
  }

  /** All completions of one request. `onToken` is called for each token. */
  async group(
    { id, prompt, count, firstIndex = 0 }: SampleRequest,
    options: SampleOptions,
    onToken: () => void,
  ): Promise<DrawnCompletion[]> {
    const completions: DrawnCompletion[] = []
    const { sequence } = this.#model
    for (let c = 0; c < count; c++) {
      options.signal?.throwIfAborted()
      const logits = await (c === 0 ? sequence.start(prompt) : sequence.rewind())
      const ids: number[] = []
      const logprobs: number[] = []
      for await (const token of this.#draw({ id, prompt, index: firstIndex + c }, logits, options)) {
        ids.push(token.id)
        logprobs.push(token.logprob)
        onToken()
      }
      const last = ids[ids.length - 1]
      const finish = last !== undefined && this.#isEnd(last) ? 'stop' : 'length'
      completions.push({ ids, logprobs: Float32Array.from(logprobs), finish })
    }
    return completions
  }

  /** One answer, or what is left of it after the tokens that were drawn before. */
  async *answer(
    { id, prompt, drawn }: { readonly id: SampleId; readonly prompt: TokenIds; readonly drawn: TokenIds },
    options: SampleOptions,
  ): AsyncGenerator<SampledToken> {
    const logits = await this.#model.sequence.start([...prompt, ...drawn])
    yield* this.#draw({ id, prompt, index: 0, from: drawn.length }, logits, options)
  }

  /** Draws one completion after what is in the cache, and leaves its own tokens in there too. */
  async *#draw(
    { id, prompt, index, from = 0 }: Draw,
    promptLogits: Float32Array,
    options: SampleOptions,
  ): AsyncGenerator<SampledToken> {
    const { contextLength } = this.#model.chat.info
    const limit = Math.min(options.maxTokens, contextLength - prompt.length)
    const idHash = hashText(id)
    let logits = promptLogits
    for (let position = from; position < limit; position++) {
      options.signal?.throwIfAborted()
      const token = drawToken(logits, options, sampleUniform(options.seed, idHash, index, position))
      yield token
      if (this.#isEnd(token.id) || position + 1 >= limit) return
      logits = await this.#model.sequence.append(token.id)
    }
  }

  #isEnd(token: number): boolean {
    return this.#model.chat.endTokens.includes(token)
  }
}
