/**
 * WebLLM behind the engine interface, with our model library. One sequence at a time: callers that overlap wait for each
 * other. A device that is lost is survived: the model is loaded again, its adapter put back, and the call repeated.
 */
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
import type { LlamaWeights } from '../llama/weights.ts'
import type { EngineTokenizer } from '../tfjs/tfjs-engine.ts'
import { elementCount } from '../weights/model-source.ts'
import type { WebLlmModel } from './load.ts'
import { NativeLoraSink } from './lora-sink.ts'
import { MergeLoraSink } from './merge-sink.ts'
import { Rollouts } from './rollouts.ts'
import type { LoraSink } from './lora-sink.ts'

export interface WebLlmEngineParts {
  /** Loads the model; again, when the device was lost. */
  readonly open: () => Promise<WebLlmModel>
  readonly tokenizerOf: (source: ModelSource) => EngineTokenizer
  /** For a trainer on the same device, which then outlives the engine. Gone with the device, if that is lost. */
  readonly baseOf?: (model: WebLlmModel) => LlamaWeights
  /** Merged into the weights where the library has no parameters for it. */
  readonly adapter?: 'native' | 'merged'
}

export async function createWebLlmEngine({
  open,
  tokenizerOf,
  baseOf,
  adapter = 'native',
}: WebLlmEngineParts): Promise<Engine> {
  const model = await open()
  try {
    const base = baseOf?.(model) ?? null
    return new WebLlmEngine(model, { open, tokenizer: tokenizerOf(model.source), base, adapter })
  } catch (error) {
    await model.engine.unload()
    throw error
  }
}

class WebLlmEngine implements Engine {
  readonly info: ModelInfo
  readonly can: Capabilities
  readonly base: LlamaWeights | null
  readonly #open: () => Promise<WebLlmModel>
  readonly #tokenizer: EngineTokenizer
  #model: WebLlmModel
  #sink: LoraSink
  #rollouts: Rollouts
  /** What the sink holds, for a new device. */
  #adapter: Adapter | null = null
  readonly #closed = new AbortController()
  #version: AdapterVersion = 0
  /** Resolves when the last task that was queued is over. */
  #turn: Promise<void> = Promise.resolve()

  constructor(
    model: WebLlmModel,
    {
      open,
      tokenizer,
      base,
      adapter,
    }: {
      readonly open: () => Promise<WebLlmModel>
      readonly tokenizer: EngineTokenizer
      readonly base: LlamaWeights | null
      readonly adapter: 'native' | 'merged'
    },
  ) {
    const { source } = model
    const { architecture, contextLength, vocabularySize } = source.config
    let parameterCount = 0
    for (const name of source.names) parameterCount += elementCount(source.shape(name))
    const { id, weightBytes, licence } = source
    this.info = { id, architecture, contextLength, vocabularySize, parameterCount, weightBytes, licence }
    this.base = base
    this.can = { adapter, batch: false, score: true }
    this.#open = open
    this.#model = model
    this.#tokenizer = tokenizer
    this.#sink = sinkFor(model, adapter)
    this.#rollouts = new Rollouts(model)
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
      const logits = await this.#surviving(() => this.#rollouts.prefill(prompt))
      yield* this.#rollouts.draw({ id, prompt, index: 0 }, logits, this.#cancellable(options))
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
      for (const request of requests) {
        const group = await this.#surviving(() => this.#rollouts.group(request, cancellable, onToken))
        results.push(group.map((completion) => ({ ...completion, adapterVersion: this.#version })))
      }
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
      return await this.#surviving(() => this.#rollouts.score(pairs, this.#closed.signal))
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
    const { engine, internals } = this.#model
    if (this.base === null) return engine.unload()
    this.base.dispose()
    await internals.keepingDevice(() => engine.unload())
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
    const { adapter } = this.can
    try {
      return await work()
    } catch (error) {
      if (this.#closed.signal.aborted || !(await this.#model.internals.isLost())) throw error
      this.#model = await this.#open()
      this.#sink = sinkFor(this.#model, adapter)
      this.#rollouts = new Rollouts(this.#model)
      this.#put(this.#adapter)
      return work()
    }
  }

  #put(adapter: Adapter | null): void {
    if (adapter === null) this.#sink.remove()
    else this.#sink.apply(adapter)
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

function sinkFor({ internals, source, format }: WebLlmModel, adapter: Capabilities['adapter']): LoraSink {
  if (adapter !== 'merged') return new NativeLoraSink(internals, source.config)
  if (format === 'q0f32' || format === 'q0f16') return new MergeLoraSink(internals, source.config, format)
  throw new EngineError(
    `${source.id} is quantised (${format}): an adapter cannot be merged into it. Choose its q0f32 version.`,
  )
}

function copyOf(adapter: Adapter): Adapter {
  const modules = [...adapter.modules].map(
    ([path, { a, b, ...sizes }]) => [path, { ...sizes, a: a.slice(), b: b.slice() }] as const,
  )
  return { ...adapter, modules: new Map(modules) }
}
