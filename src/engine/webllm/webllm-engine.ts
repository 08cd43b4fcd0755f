/**
 * WebLLM behind the engine interface, under any model library. One sequence at a time: callers that overlap wait for
 * each other. A device that is lost is survived: the model is loaded again, its adapter put back, and the call repeated,
 * or the answer continued.
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
import { EngineError } from '../engine.ts'
import type { LlamaWeights } from '../llama/weights.ts'
import { cancellable, checkPair, checkPrompt } from '../requests.ts'
import type { EngineTokenizer } from '../tfjs/tfjs-engine.ts'
import type { WebLlmModel } from './load.ts'
import { Rollouts } from './rollouts.ts'

export interface WebLlmEngineParts {
  /** Loads the model; again, when the device was lost. */
  readonly open: () => Promise<WebLlmModel>
  readonly tokenizerOf: (model: TokenizerFiles) => EngineTokenizer
  /** For a trainer on the same device, which then outlives the engine. Called again for the next device. */
  readonly baseOf?: (model: WebLlmModel) => Promise<LlamaWeights>
}

export interface TokenizerFiles {
  readonly id: string
  readonly tokenizer: unknown
  readonly tokenizerConfig: unknown
}

/** An adapter for a model that was loaded to take none. */
export class NoAdapterError extends EngineError {
  override readonly name = 'NoAdapterError'
  constructor(readonly model: string) {
    super(
      `${model} was loaded under WebLLM’s own model library as a peer, which takes no adapter. Only a leader does.`,
    )
  }
}

export interface RecoveringEngine extends Engine {
  /**
   * Resolves to whether the device had been lost; then model, adapter and `base` stand on a new one. Calls recover by
   * themselves: this is for whoever computes on the same device.
   */
  recover(): Promise<boolean>
}

export async function createWebLlmEngine({
  open,
  tokenizerOf,
  baseOf,
}: WebLlmEngineParts): Promise<RecoveringEngine> {
  const model = await open()
  try {
    const base = (await baseOf?.(model)) ?? null
    const { info, ...files } = model.chat
    const tokenizer = tokenizerOf({ id: info.id, ...files })
    return new WebLlmEngine(model, { open, tokenizer, base, baseOf: baseOf ?? null })
  } catch (error) {
    await model.engine.unload()
    throw error
  }
}

class WebLlmEngine implements RecoveringEngine {
  readonly info: ModelInfo
  readonly can: Capabilities
  readonly #open: () => Promise<WebLlmModel>
  readonly #baseOf: ((model: WebLlmModel) => Promise<LlamaWeights>) | null
  #base: LlamaWeights | null
  readonly #tokenizer: EngineTokenizer
  #model: WebLlmModel
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
      baseOf,
    }: {
      readonly open: () => Promise<WebLlmModel>
      readonly tokenizer: EngineTokenizer
      readonly base: LlamaWeights | null
      readonly baseOf: ((model: WebLlmModel) => Promise<LlamaWeights>) | null
    },
  ) {
    this.info = model.chat.info
    this.can = { adapter: model.library.adapters?.kind ?? 'none', batch: false, score: true }
    this.#base = base
    this.#baseOf = baseOf
    this.#open = open
    this.#model = model
    this.#tokenizer = tokenizer
    this.#rollouts = new Rollouts(model)
  }

  get base(): LlamaWeights | null {
    return this.#base
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
    checkPrompt(prompt, this.info)
    const stoppable = cancellable(options, this.#closed.signal)
    const drawn: number[] = []
    /** How many tokens there were at the last loss of the device. */
    let lostAt = -1
    const leave = await this.#enter()
    try {
      for (;;) {
        try {
          for await (const token of this.#rollouts.answer({ id, prompt, drawn: [...drawn] }, stoppable)) {
            drawn.push(token.id)
            yield token
          }
          return
        } catch (error) {
          if (drawn.length === lostAt) throw error
          lostAt = drawn.length
          await this.#recoverFrom(error)
        }
      }
    } finally {
      leave()
    }
  }

  async sample(requests: readonly SampleRequest[], options: SampleOptions): Promise<Completion[][]> {
    for (const { prompt } of requests) checkPrompt(prompt, this.info)
    const stoppable = cancellable(options, this.#closed.signal)
    const leave = await this.#enter()
    try {
      let sampled = 0
      const onToken = () => options.onProgress?.(++sampled)
      const results: Completion[][] = []
      for (const request of requests) {
        const group = await this.#surviving(() => this.#rollouts.group(request, stoppable, onToken))
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
    for (const pair of pairs) checkPair(pair, this.info)
    const leave = await this.#enter()
    try {
      return await this.#surviving(() => this.#model.sequence.score(pairs, this.#closed.signal))
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

  async recover(): Promise<boolean> {
    const leave = await this.#enter()
    try {
      const isLost = await this.#model.internals.isLost()
      if (isLost) await this.#reopen()
      return isLost
    } finally {
      leave()
    }
  }

  async dispose(): Promise<void> {
    if (this.#closed.signal.aborted) return
    this.#closed.abort(new EngineError('The engine was disposed while it was computing.'))
    await this.#turn
    const { engine, internals } = this.#model
    if (this.#base === null) return engine.unload()
    this.#base.dispose()
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
    try {
      return await work()
    } catch (error) {
      await this.#recoverFrom(error)
      return work()
    }
  }

  /** Throws the error again unless it came with the loss of the device. */
  async #recoverFrom(error: unknown): Promise<void> {
    if (this.#closed.signal.aborted || !(await this.#model.internals.isLost())) throw error
    await this.#reopen()
  }

  async #reopen(): Promise<void> {
    this.#base?.dispose()
    this.#model = await this.#open()
    this.#rollouts = new Rollouts(this.#model)
    this.#put(this.#adapter)
    this.#base = (await this.#baseOf?.(this.#model)) ?? null
  }

  #put(adapter: Adapter | null): void {
    const { sink } = this.#model
    if (adapter === null) sink?.remove()
    else if (sink === null) throw new NoAdapterError(this.info.id)
    else sink.apply(adapter)
  }
}

function copyOf(adapter: Adapter): Adapter {
  const modules = [...adapter.modules].map(
    ([path, { a, b, ...sizes }]) => [path, { ...sizes, a: a.slice(), b: b.slice() }] as const,
  )
  return { ...adapter, modules: new Map(modules) }
}
