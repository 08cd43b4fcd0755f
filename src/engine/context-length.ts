/**
 * How many tokens a model is loaded for. WebLLM allocates keys and values of the whole context up front: 8 GiB for the
 * 131,072 tokens that Llama 3.2 1B was made for, and a question needs 500.
 */
import { EngineError } from './engine.ts'
import type { ModelSource } from './llama/config.ts'

/** What a model that is not the page's own is loaded for at most, unless told otherwise; WebLLM's choice as well. */
export const usualContextLength = 4096

/** More was asked for than the model was made for: beyond its own context a model writes nonsense. */
export class ContextLengthError extends EngineError {
  override readonly name = 'ContextLengthError'
  constructor(
    readonly model: string,
    readonly askedTokens: number,
    readonly ownTokens: number,
  ) {
    super(
      `${model} was made for contexts of at most ${ownTokens} tokens, but max_model_length is ${askedTokens}. Choose ${ownTokens} or less, or leave it empty.`,
    )
  }
}

export interface ContextWish {
  readonly model: string
  /** Tokens that the model was made for. */
  readonly own: number
  /** null = its own, but no more than `most`. */
  readonly asked: number | null
  readonly most: number
}

/** Tokens. @throws ContextLengthError */
export function contextLengthFor({ model, own, asked, most }: ContextWish): number {
  if (asked === null) return Math.min(own, most)
  if (asked > own) throw new ContextLengthError(model, asked, own)
  return asked
}

/** The same weights for shorter contexts. @throws ContextLengthError */
export function withContextLength(
  source: ModelSource,
  { asked, most }: Pick<ContextWish, 'asked' | 'most'>,
): ModelSource {
  const { id, config } = source
  const contextLength = contextLengthFor({ model: id, own: config.contextLength, asked, most })
  return { ...source, config: { ...config, contextLength } }
}
