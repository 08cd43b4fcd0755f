/**
 * The engine that runs everywhere: Llama-family models on a tfjs backend, with native LoRA, group decoding and scoring
 * by the trainer's own forward pass. The backend is started by the caller (`backends.ts`), once per worker.
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
import { checkAdapter } from '../adapter/peft.ts'
import type { LlamaConfig, ModelSource } from '../llama/config.ts'
import { GroupDecoder } from '../llama/decode.ts'
import type { Kernels } from '../llama/kernels.ts'
import { disposeLora, loraTensors } from '../llama/lora.ts'
import { BoundModel } from '../llama/model.ts'
import { completionLogprobs } from '../llama/score.ts'
import type { LlamaWeights } from '../llama/weights.ts'
import { loadWeights } from '../llama/weights.ts'
import { cancellable, checkPair, checkPrompt } from '../requests.ts'
import { breathe } from './breathe.ts'

/** What the engine needs of a tokenizer; `engine/tokenizer` makes it from the model's files. */
export interface EngineTokenizer {
  encode(text: string): TokenIds
  decode(ids: TokenIds): string
  render(messages: readonly ChatMessage[]): TokenIds
}

/** Keys and values of completions that stand in memory at once. */
const completionCacheBytes = 256 * 1024 * 1024

export async function createTfjsEngine({
  source,
  tokenizer,
  kernels,
}: {
  readonly source: ModelSource
  readonly tokenizer: EngineTokenizer
  /** From `startBackend`. */
  readonly kernels: Kernels
}): Promise<Engine> {
  return new TfjsEngine(source, tokenizer, kernels, await loadWeights(source))
}

/** A model with one adapter version; freed when it was replaced and nobody computes with it any more. */
class Policy {
  #users = 1

  constructor(
    readonly model: BoundModel,
    readonly version: AdapterVersion,
    readonly onFree: () => void,
  ) {}

  enter(): this {
    this.#users += 1
    return this
  }

  leave(): void {
    this.#users -= 1
    if (this.#users > 0) return
    this.model.dispose()
    this.onFree()
  }
}

class TfjsEngine implements Engine {
  readonly info: ModelInfo
  readonly can: Capabilities = { adapter: 'native', batch: true, score: true }
  readonly base: LlamaWeights
  readonly #tokenizer: EngineTokenizer
  readonly #kernels: Kernels
  readonly #closed = new AbortController()
  #policy: Policy
  #livePolicies = 0

  constructor(source: ModelSource, tokenizer: EngineTokenizer, kernels: Kernels, weights: LlamaWeights) {
    const { architecture, contextLength, vocabularySize } = source.config
    this.info = {
      id: source.id,
      architecture,
      contextLength,
      vocabularySize,
      parameterCount: weights.parameterCount,
      weightBytes: source.weightBytes,
      licence: source.licence,
    }
    this.base = weights
    this.#tokenizer = tokenizer
    this.#kernels = kernels
    this.#policy = this.#bind(null, 0)
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
    options: SampleOptions & { readonly id: SampleId },
  ): AsyncGenerator<SampledToken> {
    checkPrompt(prompt, this.info)
    const policy = this.#enter()
    const requests = [{ id: options.id, prompt, count: 1 }]
    const decoder = new GroupDecoder(policy.model, requests, cancellable(options, this.#closed.signal))
    try {
      for (let position = 0, more = true; more; position++) {
        more = await decoder.advance()
        const row = decoder.results()[0]?.[0]
        const id = row?.ids[position]
        if (id !== undefined) yield { id, logprob: row?.logprobs[position] ?? 0 }
        await breathe()
      }
    } finally {
      decoder.dispose()
      policy.leave()
    }
  }

  async sample(requests: readonly SampleRequest[], options: SampleOptions): Promise<Completion[][]> {
    for (const { prompt } of requests) checkPrompt(prompt, this.info)
    const results: Completion[][] = requests.map(() => [])
    const policy = this.#enter()
    const maximumRows = rowsInCache(this.info, policy.model.config, options.maxTokens)
    let before = 0
    try {
      for (const batch of batches(requests, maximumRows)) {
        let sampled = 0
        const onProgress = (tokens: number) => {
          sampled = tokens
          options.onProgress?.(before + tokens)
        }
        const requestsOfBatch = batch.map(({ request }) => request)
        const decoder = new GroupDecoder(policy.model, requestsOfBatch, {
          ...cancellable(options, this.#closed.signal),
          onProgress,
        })
        try {
          while (await decoder.advance()) await breathe()
          for (const [part, rows] of decoder.results().entries())
            for (const { ids, logprobs, finish } of rows)
              results[batch[part]?.index ?? 0]?.push({
                ids,
                logprobs: Float32Array.from(logprobs),
                finish,
                adapterVersion: policy.version,
              })
        } finally {
          decoder.dispose()
        }
        before += sampled
      }
    } finally {
      policy.leave()
    }
    return results
  }

  async score(
    pairs: readonly { readonly prompt: TokenIds; readonly completion: TokenIds }[],
  ): Promise<Float32Array[]> {
    for (const pair of pairs) checkPair(pair, this.info)
    const policy = this.#enter()
    try {
      const groups = pairs.map(({ prompt, completion }) => ({ prompt, completions: [completion] }))
      const { logprobs } = await completionLogprobs(policy.model, groups)
      return logprobs.flat()
    } finally {
      policy.leave()
    }
  }

  async setAdapter(adapter: Adapter | null): Promise<AdapterVersion> {
    if (adapter !== null) checkAdapter(adapter, { id: this.info.id, config: this.base.config })
    await breathe()
    const previous = this.#enter()
    try {
      this.#policy = this.#bind(adapter, previous.version + 1)
      previous.leave()
      return this.#policy.version
    } finally {
      previous.leave()
    }
  }

  dispose(): Promise<void> {
    if (this.#closed.signal.aborted) return Promise.resolve()
    this.#closed.abort(new EngineError('The engine was disposed while it was computing.'))
    this.#policy.leave()
    return Promise.resolve()
  }

  /** The caller must `leave` it. */
  #enter(): Policy {
    if (this.#closed.signal.aborted) throw new EngineError('The engine was disposed. Create a new one.')
    return this.#policy.enter()
  }

  #bind(adapter: Adapter | null, version: AdapterVersion): Policy {
    const lora = adapter === null ? null : loraTensors(adapter, this.base)
    const model = new BoundModel(this.base, lora, this.#kernels)
    if (lora !== null) disposeLora(lora.modules)
    this.#livePolicies += 1
    return new Policy(model, version, () => {
      this.#livePolicies -= 1
      if (this.#livePolicies === 0) this.base.dispose()
    })
  }
}

function rowsInCache(info: ModelInfo, config: LlamaConfig, maxTokens: number): number {
  const tokens = Math.min(maxTokens, info.contextLength)
  const bytesPerToken = config.layerCount * 2 * config.keyValueHeadCount * config.headSize * 4
  return Math.max(1, Math.floor(completionCacheBytes / (bytesPerToken * Math.max(tokens, 1))))
}

interface RequestPart {
  /** Index of the request that it is a part of. */
  readonly index: number
  readonly request: SampleRequest
}

/** Batches of at most `maximum` rows, in order; a request may be cut into several parts. */
function batches(requests: readonly SampleRequest[], maximum: number): RequestPart[][] {
  const result: RequestPart[][] = []
  let room = 0
  for (const [index, request] of requests.entries()) {
    let done = 0
    while (done < request.count) {
      if (room === 0) {
        result.push([])
        room = maximum
      }
      const count = Math.min(room, request.count - done)
      const firstIndex = (request.firstIndex ?? 0) + done
      result[result.length - 1]?.push({ index, request: { ...request, count, firstIndex } })
      done += count
      room -= count
    }
  }
  return result
}
