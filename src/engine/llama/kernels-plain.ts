/**
 * The layer operations made of tfjs operations, for WebGPU and any other backend. Few large batched calls rather than
 * many small ones, and nothing read back but log-probabilities. Slow on wasm, where `kernels-wasm.ts` takes its place.
 */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import {
  add,
  concat,
  div,
  exp,
  gatherND,
  logSoftmax,
  mean,
  mul,
  neg,
  rsqrt,
  scatterND,
  sigmoid,
  slice,
  softmax,
  square,
  sub,
  sum,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { plainAttention, plainAttentionGradient } from './attention-plain.ts'
import { PlainDecodeCache } from './decode-cache-plain.ts'
import type { BlockTargets, Kernels, TokenLogprobs } from './kernels.ts'

export function plainKernels(): Kernels {
  return {
    rmsNorm: (x, weight, epsilon) => tidy(() => mul<Tensor2D>(mul(x, inverseNorm(x, epsilon)), weight)),
    rmsNormGradient,
    swiglu: (gateUp) =>
      tidy(() => {
        const [gate, up] = halves(gateUp)
        return mul<Tensor2D>(mul(gate, sigmoid(gate)), up)
      }),
    swigluGradient,
    attention: plainAttention,
    attentionGradient: (queryKeyValue, layout, shape, _forward, dOutput) =>
      plainAttentionGradient(queryKeyValue, layout, shape, dOutput),
    tokenLogprobs,
    tokenLogprobsGradient,
    decodeCache: (layerCount, shape) => new PlainDecodeCache(layerCount, shape),
  }
}

/** [rows, 1] */
function inverseNorm(x: Tensor2D, epsilon: number): Tensor2D {
  return rsqrt(add<Tensor2D>(mean<Tensor2D>(square(x), 1, true), epsilon))
}

/** dx = n·(g − x·n²·mean(g·x)) with n = 1/√(mean x² + ε) and g = w·dy. */
function rmsNormGradient(x: Tensor2D, weight: Tensor1D, epsilon: number, dy: Tensor2D): Tensor2D {
  return tidy(() => {
    const inverse = inverseNorm(x, epsilon)
    const g = mul(dy, weight)
    const along = mul(square(inverse), mean(mul(g, x), 1, true))
    return mul<Tensor2D>(inverse, sub(g, mul(x, along)))
  })
}

function halves(gateUp: Tensor2D): readonly [Tensor2D, Tensor2D] {
  const size = gateUp.shape[1] / 2
  return [slice(gateUp, [0, 0], [-1, size]), slice(gateUp, [0, size], [-1, size])]
}

function swigluGradient(gateUp: Tensor2D, dy: Tensor2D): Tensor2D {
  return tidy(() => {
    const [gate, up] = halves(gateUp)
    const s = sigmoid(gate)
    const silu = mul(gate, s)
    const slope = add(s, mul(silu, sub(1, s)))
    return concat<Tensor2D>([mul(mul(dy, up), slope), mul(dy, silu)], 1)
  })
}

async function tokenLogprobs(
  logits: Tensor2D,
  targets: BlockTargets,
  temperature: number,
): Promise<TokenLogprobs> {
  const [found, entropy] = tidy((): [Tensor, Tensor] => {
    const logprobs = logSoftmax(div<Tensor2D>(logits, temperature))
    const indices = tensor2d(pairs(targets.row, targets.token), [targets.row.length, 2], 'int32')
    const moments = sum<Tensor1D>(mul<Tensor2D>(exp(logprobs), logprobs), 1)
    return [gatherND(logprobs, indices), neg(moments)]
  })
  const [logprobs, entropies] = await Promise.all([found.data<'float32'>(), entropy.data<'float32'>()])
  found.dispose()
  entropy.dispose()
  return { logprobs, entropies }
}

/** (Σ one-hot · weight − softmax · Σ weight) / temperature, per row. */
function tokenLogprobsGradient(
  logits: Tensor2D,
  targets: BlockTargets,
  weights: Float32Array,
  temperature: number,
): Tensor2D {
  const [rows, size] = logits.shape
  const rowWeights = new Float32Array(rows)
  const sums = new Map<number, number>()
  for (const [index, row] of targets.row.entries()) {
    const weight = (weights[index] ?? 0) / temperature
    const cell = row * size + (targets.token[index] ?? 0)
    rowWeights[row] = (rowWeights[row] ?? 0) + weight
    sums.set(cell, (sums.get(cell) ?? 0) + weight)
  }
  const cells = [...sums.keys()]
  return tidy(() => {
    const indices = tensor2d(
      pairs(
        cells.map((cell) => Math.floor(cell / size)),
        cells.map((cell) => cell % size),
      ),
      [cells.length, 2],
      'int32',
    )
    const chosen = scatterND(indices, tensor1d([...sums.values()]), [rows, size])
    const probabilities = softmax(div<Tensor2D>(logits, temperature))
    return sub<Tensor2D>(chosen, mul(probabilities, tensor2d(rowWeights, [rows, 1])))
  })
}

function pairs(first: ArrayLike<number>, second: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: first.length * 2 }, (_, i) => (i % 2 === 0 ? first : second)[i >> 1] ?? 0)
}
