/**
 * The backward pass of group attention on the wasm heap, in the usual form dS = P ∘ (dP − rowsum(dO ∘ O)), with the
 * probabilities that the forward pass kept. Queries, keys and values are packed again: cheaper than keeping them.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { matMul, transpose } from '@tensorflow/tfjs-core'
import type { HeadColumns } from './attention-pack.ts'
import { headColumns, ownRows, PackedHead } from './attention-pack.ts'
import { addUnrotated, addWeightedRows, copyRow, dotRows } from './attention-rows.ts'
import type { HeadProbabilities, HeapAttention } from './attention-wasm.ts'
import type { AttentionShape } from './kernels.ts'
import type { GroupRows, RowLayout } from './layout.ts'
import type { WasmHeap } from './wasm-heap.ts'

export function attentionGradientOnHeap(
  heap: WasmHeap,
  queryKeyValue: Tensor2D,
  layout: RowLayout,
  shape: AttentionShape,
  forward: HeapAttention,
  dOutput: Tensor2D,
): Tensor2D {
  const gradient = heap.matrix(layout.rows, queryKeyValue.shape[1])
  heap.view(gradient).fill(0)
  let index = 0
  for (const group of layout.groups)
    for (let head = 0; head < shape.keyValueHeadCount; head++) {
      const probabilities = forward.heads[index++]
      if (probabilities === undefined) throw new RangeError('The layout is not that of the forward pass.')
      const columns = headColumns(shape, head)
      const packed = new PackedHead(heap, queryKeyValue, layout, shape, group, columns)
      const d = headGradient(heap, packed, probabilities, group, columns, forward.output, dOutput)
      scatterGradient(heap, gradient, d, layout, shape, group, columns)
      packed.dispose()
      for (const tensor of [d.queries, d.promptKeys, d.promptValues]) tensor.dispose()
    }
  return gradient
}

/** Gradients of a `PackedHead`. */
interface HeadGradient {
  readonly queries: Tensor2D
  readonly promptKeys: Tensor2D
  readonly promptValues: Tensor2D
  readonly ownKeys: Float32Array
  readonly ownValues: Float32Array
}

function headGradient(
  heap: WasmHeap,
  packed: PackedHead,
  { prompt, own }: HeadProbabilities,
  group: GroupRows,
  columns: HeadColumns,
  output: Tensor2D,
  dOutput: Tensor2D,
): HeadGradient {
  const { dAttended, along } = packOutputGradient(heap, group, columns, output, dOutput)
  const valuesTransposed = transpose(packed.promptValues)
  const dScores = matMul<Tensor2D>(dAttended, valuesTransposed)
  softmaxGradient(heap, dScores, prompt, along)
  const dScoresTransposed = transpose(dScores)
  const promptTransposed = transpose(prompt)
  const gradient = {
    queries: matMul<Tensor2D>(dScores, packed.promptKeys),
    promptKeys: matMul<Tensor2D>(dScoresTransposed, packed.queries),
    promptValues: matMul<Tensor2D>(promptTransposed, dAttended),
    ownKeys: new Float32Array(packed.ownKeys.length),
    ownValues: new Float32Array(packed.ownValues.length),
  }
  ownGradient(heap, gradient, packed, own, group, columns, { dAttended, along })
  for (const tensor of [dAttended, valuesTransposed, dScores, dScoresTransposed, promptTransposed])
    tensor.dispose()
  return gradient
}

interface OutputGradient {
  /** [queries · rows, headSize] */
  readonly dAttended: Tensor2D
  /** rowsum(dO ∘ O) */
  readonly along: Float64Array
}

function packOutputGradient(
  heap: WasmHeap,
  { start, length }: GroupRows,
  { size, queries, firstQuery }: HeadColumns,
  output: Tensor2D,
  dOutput: Tensor2D,
): OutputGradient {
  const dAttended = heap.matrix(queries * length, size)
  const along = new Float64Array(queries * length)
  const [to, from, attended] = [heap.view(dAttended), heap.view(dOutput), heap.view(output)]
  const width = output.shape[1]
  for (let q = 0; q < queries; q++)
    for (let i = 0; i < length; i++) {
      const at = (start + i) * width + (firstQuery + q) * size
      const row = q * length + i
      let sum = 0
      for (let d = 0; d < size; d++) {
        const gradient = from[at + d] ?? 0
        to[row * size + d] = gradient
        sum += gradient * (attended[at + d] ?? 0)
      }
      along[row] = sum
    }
  return { dAttended, along }
}

/** dS = P ∘ (dP − along), in place of dP. */
function softmaxGradient(
  heap: WasmHeap,
  dScores: Tensor2D,
  probabilities: Tensor2D,
  along: Float64Array,
): void {
  const [to, p] = [heap.view(dScores), heap.view(probabilities)]
  const [rows, size] = dScores.shape
  for (let row = 0; row < rows; row++) {
    const shift = along[row] ?? 0
    for (let at = row * size; at < (row + 1) * size; at++) to[at] = (p[at] ?? 0) * ((to[at] ?? 0) - shift)
  }
}

/** The same over each completion's own past; adds to `gradient`. P and dS are kept as columns until a completion ends. */
function ownGradient(
  heap: WasmHeap,
  gradient: HeadGradient,
  packed: PackedHead,
  probabilities: Float32Array,
  group: GroupRows,
  { size, queries }: HeadColumns,
  { dAttended, along }: OutputGradient,
): void {
  const [dOut, dQuery, query] = [heap.view(dAttended), heap.view(gradient.queries), heap.view(packed.queries)]
  const longest = Math.max(0, ...group.completions.map(({ length }) => length))
  const scratch = new Float32Array(longest)
  const pColumns = new Float32Array(longest * longest)
  const dColumns = new Float32Array(longest * longest)
  for (const { row, own, count, probabilitiesAt, length } of ownRows(group, queries)) {
    const rowAt = row * size
    dotRows(scratch, 0, dOut, rowAt, packed.ownValues, own * size, count, size)
    for (let j = 0; j < count; j++) {
      const p = probabilities[probabilitiesAt + j] ?? 0
      const d = p * ((scratch[j] ?? 0) - (along[row] ?? 0))
      scratch[j] = d
      pColumns[j * length + count - 1] = p
      dColumns[j * length + count - 1] = d
    }
    addWeightedRows(dQuery, rowAt, scratch, 0, packed.ownKeys, own * size, count, size)
    if (count < length) continue
    for (let j = 0; j < length; j++) {
      const [to, from] = [(own + j) * size, (row - length + 1 + j) * size]
      addWeightedRows(gradient.ownKeys, to, dColumns, j * length + j, query, from, length - j, size)
      addWeightedRows(gradient.ownValues, to, pColumns, j * length + j, dOut, from, length - j, size)
    }
  }
}

/** Undoes `PackedHead`'s rotation and puts a head's gradients into its columns. */
function scatterGradient(
  heap: WasmHeap,
  gradient: Tensor2D,
  d: HeadGradient,
  layout: RowLayout,
  { rope }: AttentionShape,
  { start, length, promptLength }: GroupRows,
  { size, stride, queries, query, key, value }: HeadColumns,
): void {
  const [to, dQueries] = [heap.view(gradient), heap.view(d.queries)]
  const [promptKeys, promptValues] = [heap.view(d.promptKeys), heap.view(d.promptValues)]
  for (let i = 0; i < length; i++) {
    const at = (start + i) * stride
    const position = layout.positions[start + i] ?? 0
    for (let q = 0; q < queries; q++) {
      const from = (q * length + i) * size
      addUnrotated(to, at + query + q * size, dQueries, from, rope, position, 1 / Math.sqrt(size))
    }
    const own = i >= promptLength
    const from = (own ? i - promptLength : i) * size
    addUnrotated(to, at + key, own ? d.ownKeys : promptKeys, from, rope, position, 1)
    const values = own ? d.ownValues : promptValues
    copyRow(to, at + value, values, from, size)
  }
}
