/**
 * The layer operations as single passes over the wasm heap (see `wasm-heap.ts`); matMuls go through tfjs, and always
 * as batch-1 without transpose flags.
 */
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { attentionGradientOnHeap } from './attention-gradient-wasm.ts'
import { attentionOnHeap, HeapAttention } from './attention-wasm.ts'
import { HeapDecodeCache } from './decode-cache-wasm.ts'
import { expOfNegative, sigmoid } from './exp.ts'
import type { BlockTargets, Kernels, TokenLogprobs } from './kernels.ts'
import type { WasmHeap } from './wasm-heap.ts'

export function wasmKernels(heap: WasmHeap): Kernels {
  return {
    rmsNorm: (x, weight, epsilon) => rmsNorm(heap, x, weight, epsilon),
    rmsNormGradient: (x, weight, epsilon, dy) => rmsNormGradient(heap, x, weight, epsilon, dy),
    swiglu: (gateUp) => swiglu(heap, gateUp),
    swigluGradient: (gateUp, dy) => swigluGradient(heap, gateUp, dy),
    attention: (queryKeyValue, layout, shape) => attentionOnHeap(heap, queryKeyValue, layout, shape),
    attentionGradient(queryKeyValue, layout, shape, forward, dOutput) {
      if (!(forward instanceof HeapAttention)) throw new TypeError('Not a result of these kernels.')
      return attentionGradientOnHeap(heap, queryKeyValue, layout, shape, forward, dOutput)
    },
    tokenLogprobs: (logits, targets, temperature) =>
      Promise.resolve(tokenLogprobs(heap, logits, targets, temperature)),
    tokenLogprobsGradient: (logits, targets, weights, temperature) =>
      tokenLogprobsGradient(heap, logits, targets, weights, temperature),
    decodeCache: (layerCount, shape) => new HeapDecodeCache(heap, layerCount, shape),
  }
}

function rmsNorm(heap: WasmHeap, x: Tensor2D, weight: Tensor1D, epsilon: number): Tensor2D {
  const [rows, size] = x.shape
  const y = heap.matrix(rows, size)
  const [from, to, scale] = [heap.view(x), heap.view(y), heap.view(weight)]
  for (let at = 0; at < rows * size; at += size) {
    const inverse = inverseNorm(from, at, size, epsilon)
    for (let i = 0; i < size; i++) to[at + i] = (from[at + i] ?? 0) * inverse * (scale[i] ?? 0)
  }
  return y
}

/** y = w·x·n with n = 1/√(mean x² + ε), so dx = n·(g − x·n²·mean(g·x)) with g = w·dy. */
function rmsNormGradient(
  heap: WasmHeap,
  x: Tensor2D,
  weight: Tensor1D,
  epsilon: number,
  dy: Tensor2D,
): Tensor2D {
  const [rows, size] = x.shape
  const dx = heap.matrix(rows, size)
  const [from, to, scale, gradient] = [heap.view(x), heap.view(dx), heap.view(weight), heap.view(dy)]
  for (let at = 0; at < rows * size; at += size) {
    const inverse = inverseNorm(from, at, size, epsilon)
    let along = 0
    for (let i = 0; i < size; i++) along += (gradient[at + i] ?? 0) * (scale[i] ?? 0) * (from[at + i] ?? 0)
    along *= (inverse * inverse) / size
    for (let i = 0; i < size; i++)
      to[at + i] = inverse * ((gradient[at + i] ?? 0) * (scale[i] ?? 0) - (from[at + i] ?? 0) * along)
  }
  return dx
}

function inverseNorm(x: Float32Array, at: number, size: number, epsilon: number): number {
  let even = 0
  let odd = 0
  for (let i = at; i < at + size; i += 2) {
    even += (x[i] ?? 0) * (x[i] ?? 0)
    odd += (x[i + 1] ?? 0) * (x[i + 1] ?? 0)
  }
  return 1 / Math.sqrt((even + odd) / size + epsilon)
}

function swiglu(heap: WasmHeap, gateUp: Tensor2D): Tensor2D {
  const rows = gateUp.shape[0]
  const size = gateUp.shape[1] / 2
  const y = heap.matrix(rows, size)
  const [from, to] = [heap.view(gateUp), heap.view(y)]
  for (let row = 0; row < rows; row++) {
    const at = row * size * 2
    for (let i = 0; i < size; i++) {
      const gate = from[at + i] ?? 0
      to[row * size + i] = gate * sigmoid(gate) * (from[at + size + i] ?? 0)
    }
  }
  return y
}

/** silu'(g) = σ + g·σ·(1 − σ) */
function swigluGradient(heap: WasmHeap, gateUp: Tensor2D, dy: Tensor2D): Tensor2D {
  const [rows, size] = dy.shape
  const dx = heap.matrix(rows, size * 2)
  const [from, to, gradient] = [heap.view(gateUp), heap.view(dx), heap.view(dy)]
  for (let row = 0; row < rows; row++) {
    const at = row * size * 2
    for (let i = 0; i < size; i++) {
      const gate = from[at + i] ?? 0
      const d = gradient[row * size + i] ?? 0
      const s = sigmoid(gate)
      const silu = gate * s
      to[at + i] = d * (from[at + size + i] ?? 0) * (s + silu * (1 - s))
      to[at + size + i] = d * silu
    }
  }
  return dx
}

interface RowStatistics {
  /** Of logits / temperature. */
  readonly logSum: Float64Array
  readonly entropies: Float32Array
}

function rowStatistics(logits: Float32Array, size: number, temperature: number): RowStatistics {
  const rows = logits.length / size
  const logSum = new Float64Array(rows)
  const entropies = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    const at = row * size
    let highest = -Infinity
    for (let i = at; i < at + size; i++) highest = Math.max(highest, logits[i] ?? 0)
    let sum = 0
    let moment = 0
    for (let i = at; i < at + size; i++) {
      const z = ((logits[i] ?? 0) - highest) / temperature
      const e = expOfNegative(z)
      sum += e
      moment += e * z
    }
    logSum[row] = highest / temperature + Math.log(sum)
    entropies[row] = Math.log(sum) - moment / sum
  }
  return { logSum, entropies }
}

function tokenLogprobs(
  heap: WasmHeap,
  logits: Tensor2D,
  targets: BlockTargets,
  temperature: number,
): TokenLogprobs {
  const values = heap.view(logits)
  const size = logits.shape[1]
  const { logSum, entropies } = rowStatistics(values, size, temperature)
  const logprobs = new Float32Array(targets.row.length)
  for (const [index, row] of targets.row.entries()) {
    const logit = values[row * size + (targets.token[index] ?? 0)] ?? 0
    logprobs[index] = logit / temperature - (logSum[row] ?? 0)
  }
  return { logprobs, entropies }
}

/** d logprob / d logit = (one-hot − softmax) / temperature; targets that share a row add up. */
function tokenLogprobsGradient(
  heap: WasmHeap,
  logits: Tensor2D,
  targets: BlockTargets,
  weights: Float32Array,
  temperature: number,
): Tensor2D {
  const [rows, size] = logits.shape
  const gradient = heap.matrix(rows, size)
  const [from, to] = [heap.view(logits), heap.view(gradient)]
  const { logSum } = rowStatistics(from, size, temperature)
  const rowWeights = new Float64Array(rows)
  for (const [index, row] of targets.row.entries())
    rowWeights[row] = (rowWeights[row] ?? 0) + (weights[index] ?? 0)
  for (let row = 0; row < rows; row++) {
    const weight = -(rowWeights[row] ?? 0) / temperature
    const sum = logSum[row] ?? 0
    for (let i = row * size; i < (row + 1) * size; i++)
      to[i] = weight * expOfNegative(Math.min((from[i] ?? 0) / temperature - sum, 0))
  }
  for (const [index, row] of targets.row.entries()) {
    const at = row * size + (targets.token[index] ?? 0)
    to[at] = (to[at] ?? 0) + (weights[index] ?? 0) / temperature
  }
  return gradient
}
