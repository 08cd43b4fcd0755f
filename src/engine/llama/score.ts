/**
 * Log-probabilities of given completions, without gradients: the training forward pass and nothing else, so that what
 * an engine scores and what the trainer computes are the same numbers.
 */
import { tidy } from '@tensorflow/tfjs-core'
import type { CompletionLogprobs } from './forward.ts'
import { headLogprobs, hiddenStates, predictionRows } from './forward.ts'
import type { TokenGroup } from './layout.ts'
import { groupChunks, layOut, predictionsOf } from './layout.ts'
import type { BoundModel } from './model.ts'

/** Rows that run through the model at once, unless one group has more. */
const maximumRows = 4096

/** [group][completion][token], nats, of softmax(logits / temperature). */
export async function completionLogprobs(
  model: BoundModel,
  groups: readonly TokenGroup[],
  { temperature = 1 }: { readonly temperature?: number } = {},
): Promise<CompletionLogprobs> {
  const logprobs: Float32Array[][] = []
  const entropies: Float32Array[][] = []
  for (const chunk of groupChunks(groups, maximumRows)) {
    const layout = layOut(chunk)
    const predictions = predictionsOf(chunk, layout)
    const normed = tidy(() => predictionRows(model, hiddenStates(model, layout), predictions))
    const found = await headLogprobs(model, normed, predictions, temperature)
    normed.dispose()
    logprobs.push(...found.logprobs)
    entropies.push(...found.entropies)
  }
  return { logprobs, entropies }
}
