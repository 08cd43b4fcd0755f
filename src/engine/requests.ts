/**
 * What every engine asks of a request before it computes: tokens of the vocabulary, a prompt that leaves room for an
 * answer, and a way to stop.
 */
import type { ModelInfo, SampleOptions, TokenIds } from './engine.ts'
import { PromptTooLongError, TokenOutOfRangeError } from './engine.ts'

type Limits = Pick<ModelInfo, 'contextLength' | 'vocabularySize'>

/** @throws TokenOutOfRangeError, PromptTooLongError */
export function checkPrompt(prompt: TokenIds, limits: Limits): void {
  checkTokens(prompt, limits)
  const { contextLength } = limits
  if (prompt.length >= contextLength) throw new PromptTooLongError(prompt.length, contextLength)
}

/** @throws TokenOutOfRangeError, PromptTooLongError */
export function checkPair(
  { prompt, completion }: { readonly prompt: TokenIds; readonly completion: TokenIds },
  limits: Limits,
): void {
  checkTokens(prompt, limits)
  checkTokens(completion, limits)
  const tokens = prompt.length + completion.length
  if (tokens > limits.contextLength) throw new PromptTooLongError(tokens, limits.contextLength)
}

/** The options with a signal that also fires when the engine is closed. */
export function cancellable(options: SampleOptions, closed: AbortSignal): SampleOptions {
  const signals = options.signal === undefined ? [] : [options.signal]
  return { ...options, signal: AbortSignal.any([...signals, closed]) }
}

function checkTokens(ids: TokenIds, { vocabularySize }: Limits): void {
  for (const id of ids)
    if (!Number.isInteger(id) || id < 0 || id >= vocabularySize)
      throw new TokenOutOfRangeError(id, vocabularySize)
}
