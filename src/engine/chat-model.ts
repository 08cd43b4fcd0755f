/**
 * What one has to know of a model to talk with it, whatever computes it: for a model whose weights we read, and for one
 * that only WebLLM's own library can run, of which we know no more than this.
 */
import type { ModelInfo } from './engine.ts'
import type { ModelSource } from './llama/config.ts'
import { elementCount } from './weights/model-source.ts'

export interface ChatModel {
  readonly info: ModelInfo
  /** Ids that end a completion. */
  readonly endTokens: readonly number[]
  /** `tokenizer.json` and `tokenizer_config.json` parsed; null where there is none. */
  readonly tokenizer: unknown
  readonly tokenizerConfig: unknown
}

export function chatModelOf(source: ModelSource): ChatModel {
  const { id, config, weightBytes, licence, tokenizer, tokenizerConfig } = source
  const { architecture, contextLength, vocabularySize, endTokens } = config
  let parameterCount = 0
  for (const name of source.names) parameterCount += elementCount(source.shape(name))
  const info = { id, architecture, contextLength, vocabularySize, parameterCount, weightBytes, licence }
  return { info, endTokens, tokenizer, tokenizerConfig }
}
