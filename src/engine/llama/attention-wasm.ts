/**
 * Group attention on the wasm heap. Per prompt and key-value head: one matMul of every query of the group with the
 * prompt's keys and one with its values; a completion's own short past is done in plain loops. The probabilities are
 * kept for the backward pass (`attention-gradient-wasm.ts`).
 */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { matMul } from '@tensorflow/tfjs-core'
import type { HeadColumns } from './attention-pack.ts'
import { headColumns, ownProbabilityCount, ownRows, PackedHead } from './attention-pack.ts'
import { addWeightedRows, copyRow, dotRows, jointSoftmax } from './attention-rows.ts'
import type { AttentionResult, AttentionShape } from './kernels.ts'
import type { GroupRows, RowLayout } from './layout.ts'
import type { WasmHeap } from './wasm-heap.ts'

/** Probabilities of one (group, key-value head). */
export interface HeadProbabilities {
  /** Towards the prompt, [queries of the head's group · rows, prompt]. */
  readonly prompt: Tensor2D
  /** Towards the completion's own rows, packed row after row. */
  readonly own: Float32Array
}

export class HeapAttention implements AttentionResult {
  constructor(
    readonly output: Tensor2D,
    /** [group · key-value heads + head] */
    readonly heads: readonly HeadProbabilities[],
  ) {}

  dispose(): void {
    this.output.dispose()
    for (const { prompt } of this.heads) prompt.dispose()
  }
}

export function attentionOnHeap(
  heap: WasmHeap,
  queryKeyValue: Tensor2D,
  layout: RowLayout,
  shape: AttentionShape,
): HeapAttention {
  const output = heap.matrix(layout.rows, shape.headCount * shape.headSize)
  const heads: HeadProbabilities[] = []
  for (const group of layout.groups)
    for (let head = 0; head < shape.keyValueHeadCount; head++)
      heads.push(attendHead(heap, queryKeyValue, layout, shape, group, headColumns(shape, head), output))
  return new HeapAttention(output, heads)
}

function attendHead(
  heap: WasmHeap,
  queryKeyValue: Tensor2D,
  layout: RowLayout,
  shape: AttentionShape,
  group: GroupRows,
  columns: HeadColumns,
  output: Tensor2D,
): HeadProbabilities {
  const { size, queries } = columns
  const packed = new PackedHead(heap, queryKeyValue, layout, shape, group, columns)
  const scores = matMul<Tensor2D>(packed.queries, packed.promptKeysTransposed)
  const own = new Float32Array(ownProbabilityCount(group, queries))
  softmaxOfGroup(heap, scores, own, packed, group, columns)
  const attended = matMul<Tensor2D>(scores, packed.promptValues)
  const values = heap.view(attended)
  for (const { row, own: first, count, probabilitiesAt } of ownRows(group, queries))
    addWeightedRows(values, row * size, own, probabilitiesAt, packed.ownValues, first * size, count, size)
  const to = heap.view(output)
  const width = output.shape[1]
  for (let q = 0; q < queries; q++)
    for (let i = 0; i < group.length; i++) {
      const at = (q * group.length + i) * size
      copyRow(to, (group.start + i) * width + (columns.firstQuery + q) * size, values, at, size)
    }
  packed.dispose()
  attended.dispose()
  return { prompt: scores, own }
}

function softmaxOfGroup(
  heap: WasmHeap,
  scores: Tensor2D,
  own: Float32Array,
  packed: PackedHead,
  group: GroupRows,
  { queries, size }: HeadColumns,
): void {
  const { promptLength } = group
  const [rows, query] = [heap.view(scores), heap.view(packed.queries)]
  for (let q = 0; q < queries; q++)
    for (let i = 0; i < promptLength; i++) {
      const at = (q * group.length + i) * promptLength
      jointSoftmax(rows, at, i + 1, own, 0, 0)
      rows.fill(0, at + i + 1, at + promptLength)
    }
  for (const { row, own: first, count, probabilitiesAt } of ownRows(group, queries)) {
    dotRows(own, probabilitiesAt, query, row * size, packed.ownKeys, first * size, count, size)
    jointSoftmax(rows, row * promptLength, promptLength, own, probabilitiesAt, count)
  }
}
