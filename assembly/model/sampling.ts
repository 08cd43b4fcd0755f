// What WebLLM calls between the logits and the token. `argsort_probs` sorts nothing: WebLLM only hands its results on
// to `sample_with_top_p`, which needs no order.
import { Kernel } from '../build/kernels'
import { Any, DType } from '../abi/layout'
import { createArray, itemOf, retain, setObject } from '../abi/objects'
import { createOnGpu, elementCount } from '../abi/tensors'
import { objectAt, tensorAt } from '../abi/values'
import { vocabularySize } from './config'
import { bind, launch, passInt } from './launch'

/** (logits, temperature [1]) → probabilities [1, 1, vocabulary] */
export function softmaxWithTemperature(args: usize, count: i32, result: Any): void {
  const probabilities = createOnGpu(DType.float32, 3, 1, 1, vocabularySize())
  bind(tensorAt(args, 0))
  bind(tensorAt(args, 1))
  bind(probabilities)
  passInt(vocabularySize())
  launch(Kernel.softmax, 1, 1)
  setObject(result, changetype<usize>(probabilities))
}

/** (probabilities) → [probabilities, nothing] */
export function argsortProbabilities(args: usize, count: i32, result: Any): void {
  const probabilities = objectAt(args, 0)
  retain(probabilities)
  const both = createArray(2)
  setObject(itemOf(both, 0), probabilities)
  setObject(itemOf(both, 1), changetype<usize>(createOnGpu(DType.int32, 2, 1, 1)))
  setObject(result, changetype<usize>(both))
}

/** (probabilities, nothing, uniform [1], row [1], top p [1]) → token [1] */
export function sampleWithTopP(args: usize, count: i32, result: Any): void {
  const token = createOnGpu(DType.int32, 1, 1)
  bind(tensorAt(args, 0))
  bind(tensorAt(args, 2))
  bind(tensorAt(args, 4))
  bind(token)
  passInt(vocabularySize())
  launch(Kernel.sample, 1, 1)
  setObject(result, changetype<usize>(token))
}

/** (logits, sequences, mask [1, words]) */
export function applyBitmask(args: usize, count: i32, result: Any): void {
  bind(tensorAt(args, 2))
  bind(tensorAt(args, 0))
  passInt(vocabularySize())
  launch(Kernel.bitmask, (vocabularySize() + 63) / 64, 1)
}

/** (logits, sequences, positions, tokens, counts, penalties [1, 3]) */
export function applyPenalty(args: usize, count: i32, result: Any): void {
  const tokens = tensorAt(args, 3)
  bind(tokens)
  bind(tensorAt(args, 4))
  bind(tensorAt(args, 5))
  bind(tensorAt(args, 0))
  passInt(elementCount(tokens))
  launch(Kernel.penalty, (elementCount(tokens) + 63) / 64, 1)
}

/** (logits, positions, tokens, biases) */
export function applyLogitBias(args: usize, count: i32, result: Any): void {
  const tokens = tensorAt(args, 2)
  bind(tokens)
  bind(tensorAt(args, 3))
  bind(tensorAt(args, 0))
  passInt(elementCount(tokens))
  launch(Kernel.logit_bias, (elementCount(tokens) + 63) / 64, 1)
}
