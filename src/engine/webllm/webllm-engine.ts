/**
 * WebLLM behind the engine interface, with our model library: prefill once, then sample a group from the same keys
 * and values; every token is drawn by our own sampler from WebLLM's logits, so that a sample is the same as any other
 * engine's. One sequence at a time: callers that overlap wait for each other.
 */
import { hashText } from '../../common/hash.ts'
import type {
  Adapter,
  AdapterVersion,
  Capabilities,
  ChatMessage,
  Completion,
  Engine,
  ModelInfo,
  SampledToken,
  SampleId,
  SampleOptions,
  SampleRequest,
  TokenIds,
} from '../engine.ts'
import { EngineError, PromptTooLongError, TokenOutOfRangeError } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import { drawToken, sampleUniform } from '../llama/sampling.ts'
import type { EngineTokenizer } from '../tfjs/tfjs-engine.ts'
import { elementCount } from '../weights/model-source.ts'
import type { WebLlmModel } from './load.ts'
import { NativeLoraSink } from './lora-sink.ts'
import type { LoraSink } from './lora-sink.ts'

export interface WebLlmEngineParts {
  /** Loads the model; again, when the device was lost. */
  readonly open: () => Promise<WebLlmModel>
  readonly tokenizerOf: (source: ModelSource) => EngineTokenizer
}

export async function createWebLlmEngine({ open, tokenizerOf }: WebLlmEngineParts): Promise<Engine> {
  const model = await open()
  return new WebLlmEngine(model, { open, tokenizer: tokenizerOf(model.source) })
}

class WebLlmEngine implements Engine {
  readonly info: ModelInfo
  readonly can: Capabilities = { adapter: 'native', batch: false, score: true }
  readonly base = null
  readonly #open: () => Promise<WebLlmModel>
  readonly #tokenizer: EngineTokenizer
  #model: WebLlmModel
  #sink: LoraSink
  /** What the sink holds, for a new device. */
  #adapter: Adapter | null = null
  readonly #closed = new AbortController()
  #version: AdapterVersion = 0
  /** Resolves when the last task that was queued is over. */
  #turn: Promise<void> = Promise.resolve()

  constructor(
    model: WebLlmModel,
    { open, tokenizer }: { readonly open: () => Promise<WebLlmModel>; readonly tokenizer: EngineTokenizer },
  ) {
    const { source } = model
    const { architecture, contextLength, vocabularySize } = source.config
    let parameterCount = 0
    for (const name of source.names) parameterCount += elementCount(source.shape(name))
    const { id, weightBytes, licence } = source
    this.info = { id, architecture, contextLength, vocabularySize, parameterCount, weightBytes, licence }
    this.#open = open
    this.#model = model
    this.#tokenizer = tokenizer
    this.#sink = new NativeLoraSink(model.internals, source.config)
  }

  encode(text: string): TokenIds {
    return this.#tokenizer.encode(text)
  }

  decode(ids: TokenIds): string {
    return this.#tokenizer.decode(ids)
  }

  render(messages: readonly ChatMessage[]): TokenIds {
    return this.#tokenizer.render(messages)
  }

  async *generate(
    prompt: TokenIds,
    { id, ...options }: SampleOptions & { readonly id: SampleId },
  ): AsyncGenerator<SampledToken> {
    this.#checkPrompt(prompt)
    const leave = await this.#enter()
    try {
      const logits = await this.#surviving(() => this.#prefill(prompt))
      yield* this.#draw({ id, prompt, index: 0 }, logits, this.#cancellable(options))
    } finally {
      leave()
    }
  }

  async sample(requests: readonly SampleRequest[], options: SampleOptions): Promise<Completion[][]> {
    for (const { prompt } of requests) this.#checkPrompt(prompt)
    const cancellable = this.#cancellable(options)
    const leave = await this.#enter()
    try {
      let sampled = 0
      const onToken = () => options.onProgress?.(++sampled)
      const results: Completion[][] = []
      for (const request of requests)
        results.push(await this.#surviving(() => this.#sampleGroup(request, cancellable, onToken)))
      return results
    } finally {
      leave()
    }
  }

  async score(
    pairs: readonly { readonly prompt: TokenIds; readonly completion: TokenIds }[],
  ): Promise<Float32Array[]> {
    for (const { prompt, completion } of pairs) {
      this.#checkTokens(prompt)
      this.#checkTokens(completion)
      const tokens = prompt.length + completion.length
      if (tokens > this.info.contextLength) throw new PromptTooLongError(tokens, this.info.contextLength)
    }
    const leave = await this.#enter()
    try {
      return await this.#surviving(() => this.#scorePairs(pairs))
    } finally {
      leave()
    }
  }

  async setAdapter(adapter: Adapter | null): Promise<AdapterVersion> {
    const leave = await this.#enter()
    try {
      await this.#surviving(async () => this.#put(adapter))
      this.#adapter = adapter === null ? null : copyOf(adapter)
      this.#version += 1
      return this.#version
    } finally {
      leave()
    }
  }

  async dispose(): Promise<void> {
    if (this.#closed.signal.aborted) return
    this.#closed.abort(new EngineError('The engine was disposed while it was computing.'))
    await this.#turn
    await this.#model.engine.unload()
  }

  /** Waits for its turn; the caller must call the result when it is done. */
  async #enter(): Promise<() => void> {
    if (this.#closed.signal.aborted) throw new EngineError('The engine was disposed. Create a new one.')
    const before = this.#turn
    let leave = () => {}
    this.#turn = new Promise((resolve) => (leave = resolve))
    await before
    return leave
  }

  /**
   * Runs the work again on a new device if the old one was lost meanwhile. A repetition gives the same result, because
   * no random number depends on what came before it.
   */
  async #surviving<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (this.#closed.signal.aborted || !(await this.#model.internals.isLost())) throw error
      this.#model = await this.#open()
      this.#sink = new NativeLoraSink(this.#model.internals, this.#model.source.config)
      this.#put(this.#adapter)
      return work()
    }
  }

  #put(adapter: Adapter | null): void {
    if (adapter === null) this.#sink.remove()
    else this.#sink.apply(adapter)
  }

  async #sampleGroup(
    { id, prompt, count, firstIndex = 0 }: SampleRequest,
    options: SampleOptions,
    onToken: () => void,
  ): Promise<Completion[]> {
    const completions: Completion[] = []
    if (count === 0) return completions
    options.signal?.throwIfAborted()
    const logits = await this.#prefill(prompt)
    for (let c = 0; c < count; c++) {
      const ids: number[] = []
      const logprobs: number[] = []
      for await (const token of this.#draw({ id, prompt, index: firstIndex + c }, logits, options)) {
        ids.push(token.id)
        logprobs.push(token.logprob)
        onToken()
      }
      const last = ids[ids.length - 1]
      const stopped = last !== undefined && this.#isEnd(last)
      completions.push({
        ids,
        logprobs: Float32Array.from(logprobs),
        finish: stopped ? 'stop' : 'length',
        adapterVersion: this.#version,
      })
      this.#model.internals.popTokens(this.#model.internals.filledLength - prompt.length)
    }
    return completions
  }

  /** Draws one completion after the prompt, which is in the cache, and leaves its own tokens in there too. */
  async *#draw(
    { id, prompt, index }: { readonly id: SampleId; readonly prompt: TokenIds; readonly index: number },
    promptLogits: Float32Array,
    options: SampleOptions,
  ): AsyncGenerator<SampledToken> {
    const limit = Math.min(options.maxTokens, this.info.contextLength - prompt.length)
    const idHash = hashText(id)
    let logits = promptLogits
    for (let position = 0; position < limit; position++) {
      options.signal?.throwIfAborted()
      const token = drawToken(logits, options, sampleUniform(options.seed, idHash, index, position))
      yield token
      if (this.#isEnd(token.id) || position + 1 >= limit) return
      logits = await this.#forward([token.id])
    }
  }

  /** Starts over with this prompt; gives the logits after it. */
  async #prefill(prompt: TokenIds): Promise<Float32Array> {
    await this.#reset()
    return this.#forward(prompt)
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

  async #scorePairs(pairs: Parameters<Engine['score']>[0]): Promise<Float32Array[]> {
    const scores: Float32Array[] = []
    let cached: TokenIds | null = null
    for (const { prompt, completion } of pairs) {
      this.#closed.signal.throwIfAborted()
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

  #isEnd(token: number): boolean {
    return this.#model.source.config.endTokens.includes(token)
  }

  #cancellable(options: SampleOptions): SampleOptions {
    const signals = options.signal === undefined ? [] : [options.signal]
    return { ...options, signal: AbortSignal.any([...signals, this.#closed.signal]) }
  }

  #checkPrompt(prompt: TokenIds): void {
    this.#checkTokens(prompt)
    const { contextLength } = this.info
    if (prompt.length >= contextLength) throw new PromptTooLongError(prompt.length, contextLength)
  }

  #checkTokens(ids: TokenIds): void {
    const { vocabularySize } = this.info
    for (const id of ids)
      if (!Number.isInteger(id) || id < 0 || id >= vocabularySize)
        throw new TokenOutOfRangeError(id, vocabularySize)
  }
}

function copyOf(adapter: Adapter): Adapter {
  const modules = [...adapter.modules].map(
    ([path, { a, b, ...sizes }]) => [path, { ...sizes, a: a.slice(), b: b.slice() }] as const,
  )
  return { ...adapter, modules: new Map(modules) }
}

function sameTokens(a: TokenIds, b: TokenIds): boolean {
  return a.length === b.length && a.every((id, i) => id === b[i])
}
