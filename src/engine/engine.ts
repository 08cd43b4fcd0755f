/**
 * What a language model is to the rest of the project. `mlpo` is written against this interface alone, so a fake
 * of thirty lines can drive every test of the algorithm, and WebLLM, tfjs and a recording are interchangeable.
 * Prompts are token ids everywhere; text goes through `render` and `encode` exactly once.
 */

export type TokenIds = readonly number[]

/** Names a rollout for its random numbers: the same id always draws the same sample (see `SampleOptions.seed`). */
export type SampleId = string

/** Counts `setAdapter` calls; 0 is the base model. Every completion says which policy made it. */
export type AdapterVersion = number

export interface ModelInfo {
  readonly id: string
  /** As its files call it: llama, qwen2, qwen3, gemma3_text, … */
  readonly architecture: string
  /** Tokens, prompt and completion together. */
  readonly contextLength: number
  readonly vocabularySize: number
  readonly parameterCount: number
  /** Bytes of the weights as stored. */
  readonly weightBytes: number
  /** SPDX id, or the model card's word; null when the files do not say. */
  readonly licence: string | null
}

export interface Capabilities {
  readonly adapter: 'native' | 'merged' | 'none'
  /** `sample` runs many rows in one forward pass. */
  readonly batch: boolean
  readonly score: boolean
}

/** The frozen weights as the trainer gets them; opaque here, `engine/llama` knows what is inside. */
export interface BaseWeights {
  readonly kind: 'llama-weights'
}

/** An adapter's matrices on a GPU device; opaque here, `engine/adapter` knows what is inside. Stays in its thread. */
export interface AdapterOnDevice {
  readonly kind: 'adapter-buffers'
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/**
 * Sampling, defined once: divide logits by `temperature` (0 = greedy), then top-k, top-p, min-p; the draw inverts
 * the CDF in token-id order with ONE uniform per (seed, sample id, index, position) from `common/hash.ts`. A reported
 * log-probability is that of the tempered FULL distribution, before top-k, top-p and min-p (greedy: at temperature 1).
 */
export interface SampleOptions {
  readonly maxTokens: number
  readonly temperature: number
  /** 0 = off. */
  readonly topK?: number
  /** 1 = off. */
  readonly topP?: number
  /** 0 = off. */
  readonly minP?: number
  readonly seed: number
  readonly signal?: AbortSignal
  /** Called now and then with the number of tokens sampled so far, over all rows. */
  readonly onProgress?: (sampledTokens: number) => void
}

/** One prompt of a `sample` call; completion c of it draws with the words (seed, id, firstIndex + c, position). */
export interface SampleRequest {
  readonly id: SampleId
  readonly prompt: TokenIds
  readonly count: number
  /** 0 unless a group is sampled in parts. */
  readonly firstIndex?: number
}

export interface SampledToken {
  readonly id: number
  /** Natural log, of the tempered full distribution. */
  readonly logprob: number
}

export interface Completion {
  /** Sampled ids, the end-of-turn token included when it was drawn. */
  readonly ids: TokenIds
  /** Nats, [token]; same length as `ids`. */
  readonly logprobs: Float32Array
  /** `length`: stopped by `maxTokens` or by the context, without an end token. */
  readonly finish: 'stop' | 'length'
  readonly adapterVersion: AdapterVersion
}

/** LoRA matrices by PEFT module path, e.g. `model.layers.0.self_attn.q_proj`. */
export interface Adapter {
  readonly r: number
  readonly alpha: number
  /** Id of the model that it was trained on (PEFT `base_model_name_or_path`). */
  readonly baseModel: string
  /** Of its training (PEFT `lora_dropout`), 0 where absent; nothing that uses the adapter computes with it. */
  readonly dropout?: number
  readonly modules: ReadonlyMap<string, AdapterModule>
  /** The same numbers for an engine on the same device; every other one takes them from `modules`. */
  readonly onDevice?: AdapterOnDevice
}

/** y = W x + (alpha / r) · B A x. Row-major: `a` is [r, in], `b` is [out, r]. */
export interface AdapterModule {
  readonly inFeatures: number
  readonly outFeatures: number
  readonly a: Float32Array
  readonly b: Float32Array
}

export interface Engine {
  readonly info: ModelInfo
  readonly can: Capabilities
  /** For the trainer; null where an engine cannot share its weights. Freed with the engine, not by the trainer. */
  readonly base: BaseWeights | null
  /** Plain encoding; special and added tokens spelt in the text are recognised. */
  encode(text: string): TokenIds
  /** Special tokens (end of turn, padding) are left out; added tokens such as the answer tags are kept. */
  decode(ids: TokenIds): string
  /** The model's own chat template, with the generation prompt at its end. */
  render(messages: readonly ChatMessage[]): TokenIds
  /** One answer, streamed. Throws `PromptTooLongError` before the first token. */
  generate(prompt: TokenIds, options: SampleOptions & { readonly id: SampleId }): AsyncIterable<SampledToken>
  /** Many answers, batched over prompts and completions: result[request][completion]. */
  sample(requests: readonly SampleRequest[], options: SampleOptions): Promise<Completion[][]>
  /** Log-probability per completion token at temperature 1, nats, with the adapter applied: [pair][token]. */
  score(
    pairs: readonly { readonly prompt: TokenIds; readonly completion: TokenIds }[],
  ): Promise<Float32Array[]>
  /** The engine copies what it needs; the caller keeps its arrays. null = base model, bit for bit. */
  setAdapter(adapter: Adapter | null): Promise<AdapterVersion>
  dispose(): Promise<void>
}

/** Base of everything that an engine throws on purpose: `message` says what happened and what to do. */
export class EngineError extends Error {
  override readonly name: string = 'EngineError'
}

export class PromptTooLongError extends EngineError {
  override readonly name = 'PromptTooLongError'
  constructor(
    readonly promptTokens: number,
    readonly contextLength: number,
  ) {
    super(
      `The prompt has ${promptTokens} tokens, but the model's context holds ${contextLength}, completion included. ` +
        `Shorten the question or use fewer or shorter proposals.`,
    )
  }
}

export class TokenOutOfRangeError extends EngineError {
  override readonly name = 'TokenOutOfRangeError'
  constructor(
    readonly token: number,
    readonly vocabularySize: number,
  ) {
    super(
      `Token id ${token} is outside the model's vocabulary (0 to ${vocabularySize - 1}). Use ids of its own tokenizer.`,
    )
  }
}

export class AdapterMismatchError extends EngineError {
  override readonly name = 'AdapterMismatchError'
  constructor(
    readonly module: string,
    readonly expected: string,
    readonly actual: string,
    /** What to do. */
    readonly remedy = 'Choose one that was trained on it.',
  ) {
    super(`The adapter does not fit this model: ${module} should be ${expected} but is ${actual}. ${remedy}`)
  }
}

/** A model folder, shard or header that cannot be used; `file` is a path or URL as the caller gave it. */
export class ModelFileError extends EngineError {
  override readonly name = 'ModelFileError'
  constructor(
    readonly file: string,
    readonly expected: string,
    readonly actual: string,
    /** A sentence that says what to do, where `expected` does not. */
    readonly remedy = '',
  ) {
    super(`${file}: expected ${expected}, found ${actual}. ${remedy}`.trimEnd())
  }
}
