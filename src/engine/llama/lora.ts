/**
 * LoRA matrices as tensors, fused the way the frozen projections are: the modules of one projection share a stacked
 * A and a block-diagonal B, so that an adapter costs two small matMuls per projection instead of two per module.
 */
import type { Rank, Tensor2D } from '@tensorflow/tfjs-core'
import { add, concat, mul, pad, tensor, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core'
import type { AdapterBuffers } from '../adapter/on-device.ts'
import type { Adapter } from '../engine.ts'
import { AdapterMismatchError } from '../engine.ts'
import type { LowRank } from './matrix.ts'
import type { FrozenLinear, LlamaWeights } from './weights.ts'

export interface LoraPair {
  /** [r, in] */
  readonly a: Tensor2D
  /** [out, r] */
  readonly b: Tensor2D
}

/** y = W x + scale · B A x, by PEFT module path. */
export interface LoraTensors {
  readonly scale: number
  readonly modules: ReadonlyMap<string, LoraPair>
}

/** Gradients have the shapes of the matrices that they belong to. */
export type LoraGradients = Map<string, LoraPair>

/** Where a module's A lies in the stack (rows `row` to `row + r`) and its B in the blocks (from column `start`). */
export interface LoraPart {
  readonly path: string
  readonly pair: LoraPair
  readonly row: number
  readonly r: number
  readonly start: number
  readonly size: number
}

/** The adapter of one fused projection; R = Σ r. B is block-diagonal and carries the scale. */
export interface FusedLora extends LowRank {
  readonly parts: readonly LoraPart[]
  readonly scale: number
}

/**
 * An adapter as tensors after checking that it fits: copies of its arrays, or `onDevice` itself, which holds the same on
 * tfjs' device and must then outlive the tensors.
 */
export function loraTensors(
  adapter: Adapter,
  weights: LlamaWeights,
  { onDevice = null }: { readonly onDevice?: AdapterBuffers | null } = {},
): LoraTensors {
  const shapes = new Map<string, readonly [number, number]>()
  for (const linear of weights.linears())
    for (const { path, size } of linear.modules) shapes.set(path, [size, linear.matrix.inputs])
  for (const [path, { inFeatures, outFeatures, a, b }] of adapter.modules) {
    const shape = shapes.get(path)
    if (shape === undefined) throw new AdapterMismatchError(path, 'a projection of this model', 'unknown')
    const [outputs, inputs] = shape
    if (outFeatures !== outputs || inFeatures !== inputs)
      throw new AdapterMismatchError(path, `${outputs} × ${inputs}`, `${outFeatures} × ${inFeatures}`)
    if (a.length !== adapter.r * inputs || b.length !== outputs * adapter.r)
      throw new AdapterMismatchError(path, `of rank ${adapter.r}`, `${a.length} and ${b.length} numbers`)
  }
  const modules = new Map<string, LoraPair>()
  for (const [path, { inFeatures, outFeatures, a, b }] of adapter.modules) {
    const lies = onDevice?.get(path)
    modules.set(path, {
      a: matrix(lies?.a ?? a, [adapter.r, inFeatures]),
      b: matrix(lies?.b ?? b, [outFeatures, adapter.r]),
    })
  }
  return { scale: adapter.alpha / adapter.r, modules }
}

function matrix(from: GPUBuffer | Float32Array, shape: [number, number]): Tensor2D {
  if (from instanceof Float32Array) return tensor2d(from.slice(), shape)
  return tensor<Rank.R2>({ buffer: from, zeroCopy: true }, shape, 'float32')
}

export function disposeLora(modules: ReadonlyMap<string, LoraPair>): void {
  for (const { a, b } of modules.values()) {
    a.dispose()
    b.dispose()
  }
}

/** null when the adapter leaves this projection alone. */
export function fuseLora(linear: FrozenLinear, lora: LoraTensors): FusedLora | null {
  const parts: LoraPart[] = []
  let rank = 0
  for (const module of linear.modules) {
    const pair = lora.modules.get(module.path)
    if (pair === undefined) continue
    const r = pair.a.shape[0]
    parts.push({ ...module, pair, row: rank, r })
    rank += r
  }
  if (parts.length === 0) return null
  const { outputs } = linear.matrix
  const [a, aTransposed, b, bTransposed] = tidy(() => {
    const stack = concat<Tensor2D>(parts.map(({ pair }) => pair.a))
    const blocks = parts.map(({ pair, row, r, start, size }) => {
      const around: [[number, number], [number, number]] = [
        [start, outputs - start - size],
        [row, rank - row - r],
      ]
      return pad(mul<Tensor2D>(pair.b, lora.scale), around)
    })
    const blockDiagonal = blocks.reduce((sum, block) => add<Tensor2D>(sum, block))
    return [stack, transpose(stack), blockDiagonal, transpose(blockDiagonal)] as const
  })
  return { parts, scale: lora.scale, a, aTransposed, b, bTransposed }
}

export function disposeFusedLora(fused: FusedLora): void {
  for (const tensor of [fused.a, fused.aTransposed, fused.b, fused.bTransposed]) tensor.dispose()
}
