// Log-probabilities of given tokens at all positions of one call: what WebLLM has no function for.
import { Kernel } from '../build/kernels'
import { Any, DType } from '../abi/layout'
import { release, setObject } from '../abi/objects'
import { createOnGpu } from '../abi/tensors'
import { arrayAt, tensorAt } from '../abi/values'
import { Buffer, buffer } from './cache'
import { vocabularySize } from './config'
import { forwardLayers, linear, normRows } from './forward'
import { bind, launch, passInt } from './launch'
import { finalNorm, head } from './parameters'

/** Logits that stand in memory at once. */
const blockLogits = 4_000_000

/**
 * (embeddings [1, tokens, hidden], targets int32 [tokens], cache, parameters) → float32 [tokens]: the log-probability,
 * nats, of target t after token t; 0 where the target is negative.
 */
export function score(args: usize, count: i32, result: Any): void {
  const hidden = tensorAt(args, 0)
  const targets = tensorAt(args, 1)
  const parameters = arrayAt(args, 3)
  const rows = forwardLayers(hidden, parameters)
  const size = vocabularySize()
  const block = min(rows, max(1, blockLogits / size))
  const logits = createOnGpu(DType.float32, 2, block, size)
  const logprobs = createOnGpu(DType.float32, 1, rows)
  for (let start = 0; start < rows; start += block) {
    const blockRows = min(block, rows - start)
    normRows(parameters, hidden, finalNorm(), start, blockRows, null)
    linear(parameters, head(), buffer(Buffer.normed), logits, blockRows, false, false)
    bind(logits)
    bind(targets)
    bind(logprobs)
    passInt(size)
    passInt(start)
    launch(Kernel.token_logprobs, blockRows, 1)
  }
  release(changetype<usize>(logits))
  setObject(result, changetype<usize>(logprobs))
}
