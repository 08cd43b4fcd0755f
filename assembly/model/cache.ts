// Keys and values of one sequence, contiguous per layer, and the activations of one call. One cache per library: WebLLM
// asks for one, and several sequences at once are not its business.
import { copyToDevice } from '../abi/device'
import { raise } from '../abi/errors'
import { Any, DType, FfiObject, Tensor, TypeIndex } from '../abi/layout'
import { createObject, release, setObject } from '../abi/objects'
import { createOnGpu } from '../abi/tensors'
import { dimensionAt, intAt } from '../abi/values'
import {
  chunkSize,
  headCount,
  headSize,
  hiddenSize,
  intermediateSize,
  keyValueHeadCount,
  layerCount,
} from './config'
import { writeAngles } from './rope'

/** Rows of the widest A: three parts of the largest rank. */
const widestProjection = 192

let capacity = 0
let length = 0
let appending = 0

const keyValues: usize[] = []
const buffers: usize[] = []

export const enum Buffer {
  angles = 0,
  normed = 1,
  projected = 2,
  queryKeyValue = 3,
  attended = 4,
  gateUp = 5,
  activated = 6,
}

/** Keys, then values, of a layer: [2, capacity, key/value heads, head size]. */
export function keysAndValues(layer: i32): Tensor {
  return changetype<Tensor>(keyValues[layer])
}

export function buffer(which: Buffer): Tensor {
  return changetype<Tensor>(buffers[which])
}

export function contextCapacity(): i32 {
  return capacity
}

/** Tokens before those of the current call. */
export function filledLength(): i32 {
  return length
}

/** (sequences, context, chunk, page, sliding), each a shape of one number. */
export function createCache(args: usize, count: i32, result: Any): void {
  if (dimensionAt(args, 4, 0) != 0)
    return raise('This model library has no sliding window: set sliding_window_size to -1.')
  free(keyValues)
  free(buffers)
  capacity = dimensionAt(args, 1, 0)
  length = 0
  const rows = chunkSize()
  const keys = keyValueHeadCount() * headSize()
  const queries = headCount() * headSize()
  for (let i = 0; i < layerCount(); i++) keyValues.push(on(2, capacity, keys))
  buffers.push(anglesOnGpu())
  buffers.push(on(rows, hiddenSize()))
  buffers.push(on(rows, widestProjection))
  buffers.push(on(rows, queries + 2 * keys))
  buffers.push(on(rows, queries))
  buffers.push(on(rows, 2 * intermediateSize()))
  buffers.push(on(rows, intermediateSize()))
  setObject(result, changetype<usize>(createObject<FfiObject>(TypeIndex.cache)))
}

function on(first: i32, second: i32, third: i32 = 1): usize {
  return changetype<usize>(createOnGpu(DType.float32, 3, first, second, third))
}

function free(tensors: usize[]): void {
  while (tensors.length > 0) release(tensors.pop())
}

function anglesOnGpu(): usize {
  const bytes = capacity * headSize() * 4
  const angles = on(capacity, headSize())
  const host = heap.alloc(bytes)
  writeAngles(host, capacity)
  copyToDevice(host, changetype<Tensor>(angles).data, 0, bytes)
  heap.free(host)
  return angles
}

export function clear(args: usize, count: i32, result: Any): void {
  length = 0
}

/** (cache, sequence): there is one, always. */
export function addOrRemoveSequence(args: usize, count: i32, result: Any): void {
  length = 0
}

/** (cache, sequences, tokens to append), the last two as shapes. */
export function beginForward(args: usize, count: i32, result: Any): void {
  appending = dimensionAt(args, 2, 0)
  if (length + appending > capacity)
    raise(`The context holds ${capacity} tokens; ${length} are in it and ${appending} more do not fit.`)
  else if (appending > chunkSize()) raise(`${appending} tokens at once: this library takes ${chunkSize()}.`)
}

export function endForward(args: usize, count: i32, result: Any): void {
  length += appending
  appending = 0
}

/** (cache, sequence, tokens): forgets the last tokens. */
export function popTokens(args: usize, count: i32, result: Any): void {
  const tokens = <i32>intAt(args, 2)
  if (tokens < 0 || tokens > length) raise(`The cache holds ${length} tokens; ${tokens} cannot be taken off.`)
  else length -= tokens
}

export function noSlidingWindow(args: usize, count: i32, result: Any): void {
  raise('This model library has no sliding window.')
}
