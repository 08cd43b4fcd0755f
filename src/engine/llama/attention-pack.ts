/**
 * One (group, key-value head) of a [q | k | v] matrix as contiguous matrices on the wasm heap: what attention's
 * matMuls need, forward and backward.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { transpose } from '@tensorflow/tfjs-core'
import { copyRow, rotateInto } from './attention-rows.ts'
import type { AttentionShape } from './kernels.ts'
import type { GroupRows, RowLayout } from './layout.ts'
import type { WasmHeap } from './wasm-heap.ts'

/** The columns of a [q | k | v] row that one key-value head and its queries use. */
export interface HeadColumns {
  readonly stride: number
  readonly size: number
  /** Queries that share the key-value head. */
  readonly queries: number
  readonly firstQuery: number
  readonly query: number
  readonly key: number
  readonly value: number
}

export function headColumns(shape: AttentionShape, head: number): HeadColumns {
  const { headCount, keyValueHeadCount, headSize: size } = shape
  const queries = headCount / keyValueHeadCount
  return {
    stride: (headCount + 2 * keyValueHeadCount) * size,
    size,
    queries,
    firstQuery: head * queries,
    query: head * queries * size,
    key: (headCount + head) * size,
    value: (headCount + keyValueHeadCount + head) * size,
  }
}

/** Every (completion row, query head) of a group, with where its own past and probabilities lie. */
export function* ownRows(group: GroupRows, queries: number) {
  let probabilitiesAt = 0
  for (let q = 0; q < queries; q++)
    for (const { start, length } of group.completions)
      for (let t = 0; t < length; t++) {
        const own = start - group.promptLength
        yield { row: q * group.length + start + t, own, count: t + 1, length, probabilitiesAt }
        probabilitiesAt += t + 1
      }
}

export function ownProbabilityCount(group: GroupRows, queries: number): number {
  let count = 0
  for (const { length } of group.completions) count += (length * (length + 1)) / 2
  return count * queries
}

/** One (group, key-value head) as contiguous matrices, rotated, queries scaled by 1/√headSize. */
export class PackedHead {
  /** [queries · rows, headSize] */
  readonly queries: Tensor2D
  /** [headSize, prompt] */
  readonly promptKeysTransposed: Tensor2D
  /** [prompt, headSize] */
  readonly promptKeys: Tensor2D
  readonly promptValues: Tensor2D
  readonly ownKeys: Float32Array
  readonly ownValues: Float32Array

  constructor(
    heap: WasmHeap,
    queryKeyValue: Tensor2D,
    layout: RowLayout,
    { rope }: AttentionShape,
    group: GroupRows,
    columns: HeadColumns,
  ) {
    const { size, stride, queries } = columns
    const { start, length, promptLength } = group
    this.queries = heap.matrix(queries * length, size)
    this.promptKeys = heap.matrix(promptLength, size)
    this.promptValues = heap.matrix(promptLength, size)
    this.ownKeys = new Float32Array((length - promptLength) * size)
    this.ownValues = new Float32Array((length - promptLength) * size)
    const [from, query] = [heap.view(queryKeyValue), heap.view(this.queries)]
    const [promptKeys, promptValues] = [heap.view(this.promptKeys), heap.view(this.promptValues)]
    for (let i = 0; i < length; i++) {
      const at = (start + i) * stride
      const position = layout.positions[start + i] ?? 0
      for (let q = 0; q < queries; q++) {
        const to = (q * length + i) * size
        rotateInto(query, to, from, at + columns.query + q * size, rope, position, 1 / Math.sqrt(size))
      }
      const own = i >= promptLength
      const to = (own ? i - promptLength : i) * size
      rotateInto(own ? this.ownKeys : promptKeys, to, from, at + columns.key, rope, position, 1)
      const value = at + columns.value
      const values = own ? this.ownValues : promptValues
      copyRow(values, to, from, value, size)
    }
    this.promptKeysTransposed = transpose(this.promptKeys)
  }

  dispose(): void {
    this.queries.dispose()
    this.promptKeysTransposed.dispose()
    this.promptKeys.dispose()
    this.promptValues.dispose()
  }
}
