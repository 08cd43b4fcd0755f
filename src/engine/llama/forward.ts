/**
 * Whole forward passes: hidden states of a laid-out batch, the language-model head in blocks of rows (the logits of a
 * large vocabulary never stand in memory all at once), and plain logits for tests and inspection.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { gather, slice, tidy } from '@tensorflow/tfjs-core'
import type { TokenIds } from '../engine.ts'
import type { BlockTargets } from './kernels.ts'
import type { Predictions, RowLayout } from './layout.ts'
import { layOut } from './layout.ts'
import type { BoundModel } from './model.ts'
import { layerOutput } from './model.ts'

/** Logits that stand in memory at once. */
const blockElements = 4_000_000

/** Residual stream after the last layer, before the final norm: [rows, hidden]. */
export function hiddenStates(model: BoundModel, layout: RowLayout): Tensor2D {
  return tidy(() => {
    let hidden = model.embed(layout.tokens)
    for (const layer of model.layers) {
      const next = layerOutput(model, layer, hidden, (queryKeyValue) =>
        model.kernels.attention(queryKeyValue, layout, model.shape),
      )
      hidden.dispose()
      hidden = next
    }
    return hidden
  })
}

/** Final norm and head: [rows, hidden] → [rows, vocabulary]. */
export function logitsOf(model: BoundModel, hidden: Tensor2D): Tensor2D {
  return tidy(() => {
    const { finalNorm, head } = model.weights
    const normed = model.kernels.rmsNorm(hidden, finalNorm, model.config.normEpsilon)
    return head.matrix.forward(normed)
  })
}

/** All logits of one sequence, row-major [token][vocabulary]. */
export async function sequenceLogits(model: BoundModel, ids: TokenIds): Promise<Float32Array> {
  const logits = tidy(() => logitsOf(model, hiddenStates(model, layOut([{ prompt: ids, completions: [] }]))))
  try {
    return await logits.data<'float32'>()
  } finally {
    logits.dispose()
  }
}

/** A stretch of prediction rows with the targets that they predict. */
export interface HeadBlock {
  readonly start: number
  readonly size: number
  readonly targets: BlockTargets
  /** Index of each target in `Predictions`. */
  readonly indices: Int32Array
}

export function headBlocks(predictions: Predictions, vocabularySize: number): HeadBlock[] {
  const rowsPerBlock = Math.max(1, Math.floor(blockElements / vocabularySize))
  const blocks: HeadBlock[] = []
  for (let start = 0; start < predictions.rows.length; start += rowsPerBlock) {
    const size = Math.min(rowsPerBlock, predictions.rows.length - start)
    const indices: number[] = []
    for (const [index, row] of predictions.targetRow.entries())
      if (row >= start && row < start + size) indices.push(index)
    blocks.push({
      start,
      size,
      indices: Int32Array.from(indices),
      targets: {
        row: Int32Array.from(indices, (index) => (predictions.targetRow[index] ?? 0) - start),
        token: Int32Array.from(indices, (index) => predictions.targetToken[index] ?? 0),
      },
    })
  }
  return blocks
}

/** Log-probabilities and entropies, nats, [group][completion][token]. */
export interface CompletionLogprobs {
  readonly logprobs: Float32Array[][]
  readonly entropies: Float32Array[][]
}

/** `normed`: prediction rows after the final norm. */
export async function headLogprobs(
  model: BoundModel,
  normed: Tensor2D,
  predictions: Predictions,
  temperature: number,
): Promise<CompletionLogprobs> {
  const logprobs = new Float32Array(predictions.targetRow.length)
  const entropies = new Float32Array(predictions.targetRow.length)
  for (const block of headBlocks(predictions, model.config.vocabularySize)) {
    const logits = tidy(() => model.weights.head.matrix.forward(rowsOf(normed, block)))
    const found = await model.kernels.tokenLogprobs(logits, block.targets, temperature)
    logits.dispose()
    for (const [k, index] of block.indices.entries()) {
      logprobs[index] = found.logprobs[k] ?? 0
      entropies[index] = found.entropies[block.targets.row[k] ?? 0] ?? 0
    }
  }
  return { logprobs: split(logprobs, predictions.lengths), entropies: split(entropies, predictions.lengths) }
}

export function rowsOf(matrix: Tensor2D, { start, size }: HeadBlock): Tensor2D {
  return slice(matrix, [start, 0], [size, -1])
}

/** The prediction rows of the residual stream, after the final norm. */
export function predictionRows(model: BoundModel, hidden: Tensor2D, predictions: Predictions): Tensor2D {
  return tidy(() => {
    const rows: Tensor2D = gather(hidden, predictions.rows)
    return model.kernels.rmsNorm(rows, model.weights.finalNorm, model.config.normEpsilon)
  })
}

function split(values: Float32Array, lengths: readonly (readonly number[])[]): Float32Array[][] {
  let at = 0
  return lengths.map((group) =>
    group.map((length) => {
      at += length
      return values.slice(at - length, at)
    }),
  )
}
