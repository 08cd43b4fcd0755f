/**
 * The few operations of a Llama layer that are not matMuls, with their gradients. There are two implementations:
 * `kernels-wasm.ts` works in place on the wasm heap, one pass each; `kernels-plain.ts` is made of tfjs operations and
 * runs on any backend. A test holds them to each other. Callers own what is returned.
 */
import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import type { GroupRows, RowLayout } from './layout.ts'
import type { RopeTables } from './rope.ts'

export interface AttentionShape {
  readonly headCount: number
  readonly keyValueHeadCount: number
  readonly headSize: number
  readonly rope: RopeTables
}

export interface AttentionResult {
  /** [rows, heads · headSize] */
  readonly output: Tensor2D
  /** What the backward pass needs; freed by `dispose`. */
  dispose(): void
}

/** Targets of a block of logits: `row` indexes the block's rows. */
export interface BlockTargets {
  readonly row: Int32Array
  readonly token: Int32Array
}

export interface TokenLogprobs {
  /** Nats, per target. */
  readonly logprobs: Float32Array
  /** Nats, per row of the block. */
  readonly entropies: Float32Array
}

/** One row of a decoding step. Rows of a group stand together. */
export interface DecodeRow {
  /** Index of its prompt. */
  readonly group: number
  /** Names its own keys and values, whatever row it stands in. */
  readonly slot: number
  /** Completion tokens that it has seen before this one. */
  readonly seen: number
}

/** Keys and values of a decoding batch: each prompt's once, each completion's own. */
export interface DecodeCache {
  /** Finished rows leave once they are this share of the batch: 0 = at once; more where new shapes are dear. */
  readonly leavingShare: number
  /** Takes the prompts' keys and values of a layer, as [q | k | v] rows before rotation. */
  addPrompts(layer: number, queryKeyValue: Tensor2D, groups: readonly GroupRows[]): void
  /** Stores the rows' keys and values and attends to the prompt and to the row's own past. */
  attend(layer: number, queryKeyValue: Tensor2D, rows: readonly DecodeRow[]): Tensor2D
  /** Frees a finished row's memory. */
  drop(slot: number): void
  dispose(): void
}

export interface Kernels {
  /** Over the last axis, times `weight`. */
  rmsNorm(x: Tensor2D, weight: Tensor1D, epsilon: number): Tensor2D
  rmsNormGradient(x: Tensor2D, weight: Tensor1D, epsilon: number, dy: Tensor2D): Tensor2D
  /** [gate | up] → silu(gate) · up */
  swiglu(gateUp: Tensor2D): Tensor2D
  swigluGradient(gateUp: Tensor2D, dy: Tensor2D): Tensor2D
  /** [q | k | v], not yet rotated → attention within each group (see `layout.ts`). */
  attention(queryKeyValue: Tensor2D, layout: RowLayout, shape: AttentionShape): AttentionResult
  attentionGradient(
    queryKeyValue: Tensor2D,
    layout: RowLayout,
    shape: AttentionShape,
    forward: AttentionResult,
    dOutput: Tensor2D,
  ): Tensor2D
  /** log softmax(logits / temperature) of the targets, and the entropy of each row. */
  tokenLogprobs(logits: Tensor2D, targets: BlockTargets, temperature: number): Promise<TokenLogprobs>
  /** Gradient of Σ weight · logprob with respect to the logits. */
  tokenLogprobsGradient(
    logits: Tensor2D,
    targets: BlockTargets,
    weights: Float32Array,
    temperature: number,
  ): Tensor2D
  decodeCache(layerCount: number, shape: AttentionShape): DecodeCache
}
