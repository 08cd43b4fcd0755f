/**
 * The dimensions of a Llama-family model, whatever file they came from (Hugging Face `config.json`,
 * `mlc-chat-config.json`, GGUF header). The readers in `engine/weights` make it; `engine/llama` computes with it.
 */
export interface LlamaConfig {
  readonly architecture: 'llama' | 'qwen2' | 'qwen3'
  readonly vocabularySize: number
  readonly hiddenSize: number
  readonly intermediateSize: number
  readonly layerCount: number
  readonly headCount: number
  readonly keyValueHeadCount: number
  readonly headSize: number
  readonly contextLength: number
  readonly normEpsilon: number
  readonly rope: RopeConfig
  /** The output head is the embedding matrix. */
  readonly tiedHead: boolean
  /** q, k and v have a bias (Qwen2). */
  readonly attentionBias: boolean
  /** RMSNorm on each head of q and k (Qwen3). */
  readonly queryKeyNorm: boolean
  /** Ids that end a completion. */
  readonly endTokens: readonly number[]
}

export interface RopeConfig {
  readonly theta: number
  /** Llama 3.1's frequency scaling; null = plain. */
  readonly llama3: {
    readonly factor: number
    readonly lowFrequencyFactor: number
    readonly highFrequencyFactor: number
    readonly originalContextLength: number
  } | null
}

/**
 * What a reader yields: tensors under Hugging Face names (`model.layers.0.self_attn.q_proj.weight`, unfused,
 * rotate-half row order), already float32, row-major [out, in]. `tensor` reads one on demand so that a large model
 * never stands twice in memory; `names` is complete before the first read.
 */
export interface ModelSource {
  readonly id: string
  readonly config: LlamaConfig
  readonly names: ReadonlySet<string>
  readonly weightBytes: number
  readonly licence: string | null
  shape(name: string): readonly number[]
  tensor(name: string): Promise<Float32Array>
  /** `tokenizer.json` and `tokenizer_config.json` parsed; null where the file has none. */
  readonly tokenizer: unknown
  readonly tokenizerConfig: unknown
}
