/**
 * Decoding's keys and values on the wasm backend. A prompt's stand once per layer as frozen tensors, whose packed
 * form XNNPACK keeps, so that all rows of a group cost two small matMuls per head; a completion's own are plain
 * arrays, one per (row, layer), that grow by doubling and go when the row is dropped.
 */
import type { Tensor2D, TensorInfo } from '@tensorflow/tfjs-core'
import { keep, transpose } from '@tensorflow/tfjs-core'
import type { HeadColumns } from './attention-pack.ts'
import { headColumns } from './attention-pack.ts'
import { addWeightedRows, copyRow, dotRows, jointExponentials, rotateInto } from './attention-rows.ts'
import type { AttentionShape, DecodeCache, DecodeRow } from './kernels.ts'
import type { GroupRows } from './layout.ts'
import type { WasmHeap } from './wasm-heap.ts'

const firstCapacityTokens = 32

interface PromptHead {
  /** [headSize, prompt] */
  readonly keysTransposed: Tensor2D
  /** [prompt, headSize] */
  readonly values: Tensor2D
}

/** One row's past in one layer: [key-value head][capacity][headSize]. */
interface OwnPast {
  capacity: number
  keys: Float32Array
  values: Float32Array
}

export class HeapDecodeCache implements DecodeCache {
  readonly leavingShare = 0
  readonly #heap: WasmHeap
  readonly #shape: AttentionShape
  /** [layer][prompt][key-value head] */
  readonly #prompts: PromptHead[][][]
  #weights: OwnWeights = { weights: new Float32Array(), factors: new Float64Array(), stride: 0 }
  /** [layer] by slot */
  readonly #own: Map<number, OwnPast>[]

  constructor(heap: WasmHeap, layerCount: number, shape: AttentionShape) {
    this.#heap = heap
    this.#shape = shape
    this.#prompts = Array.from({ length: layerCount }, () => [])
    this.#own = Array.from({ length: layerCount }, () => new Map<number, OwnPast>())
  }

  addPrompts(layer: number, queryKeyValue: Tensor2D, groups: readonly GroupRows[]): void {
    for (const group of groups) {
      const heads: PromptHead[] = []
      for (let head = 0; head < this.#shape.keyValueHeadCount; head++)
        heads.push(this.#packPrompt(queryKeyValue, group, headColumns(this.#shape, head)))
      this.#prompts[layer]?.push(heads)
    }
  }

  attend(layer: number, queryKeyValue: Tensor2D, rows: readonly DecodeRow[]): Tensor2D {
    const { headCount, headSize, keyValueHeadCount } = this.#shape
    const output = this.#heap.matrix(rows.length, headCount * headSize)
    const from = this.#heap.view(queryKeyValue)
    const pasts = rows.map((row, index) => this.#remember(layer, from, row, index))
    let first = 0
    while (first < rows.length) {
      const group = rows[first]?.group ?? 0
      let end = first + 1
      while (rows[end]?.group === group) end += 1
      for (let head = 0; head < keyValueHeadCount; head++) {
        const prompt = this.#prompts[layer]?.[group]?.[head]
        if (prompt === undefined) throw new RangeError(`No prompt ${group} in layer ${layer}.`)
        this.#attendHead({ queryKeyValue, output, rows, pasts, first, end, head, prompt })
      }
      first = end
    }
    return output
  }

  drop(slot: number): void {
    for (const layer of this.#own) layer.delete(slot)
  }

  dispose(): void {
    for (const { keysTransposed, values } of this.#prompts.flat(2)) {
      keysTransposed.dispose()
      values.dispose()
    }
    this.#prompts.length = 0
    for (const layer of this.#own) layer.clear()
  }

  #packPrompt(
    queryKeyValue: Tensor2D,
    group: GroupRows,
    { size, stride, key, value }: HeadColumns,
  ): PromptHead {
    const { start, promptLength } = group
    const keys = this.#heap.matrix(promptLength, size)
    const values = this.#heap.matrix(promptLength, size)
    const [from, toKeys, toValues] = [queryKeyValue, keys, values].map((tensor) => this.#heap.view(tensor))
    if (from === undefined || toKeys === undefined || toValues === undefined)
      throw new RangeError('unreachable')
    for (let i = 0; i < promptLength; i++) {
      const at = (start + i) * stride
      rotateInto(toKeys, i * size, from, at + key, this.#shape.rope, i, 1)
      copyRow(toValues, i * size, from, at + value, size)
    }
    const keysTransposed = keep(transpose(keys))
    keys.dispose()
    return { keysTransposed, values: keep(values) }
  }

  /** Appends the row's key and value to its past. */
  #remember(layer: number, from: Float32Array, row: DecodeRow, index: number): OwnPast {
    const { rope, headSize: size, keyValueHeadCount } = this.#shape
    const pasts = this.#own[layer]
    const past = grown(pasts?.get(row.slot), row.seen + 1, keyValueHeadCount, size)
    pasts?.set(row.slot, past)
    const position = this.#promptLength(layer, row.group) + row.seen
    for (let head = 0; head < keyValueHeadCount; head++) {
      const { stride, key, value } = headColumns(this.#shape, head)
      const to = (head * past.capacity + row.seen) * size
      rotateInto(past.keys, to, from, index * stride + key, rope, position, 1)
      copyRow(past.values, to, from, index * stride + value, size)
    }
    return past
  }

  #promptLength(layer: number, group: number): number {
    return this.#prompts[layer]?.[group]?.[0]?.values.shape[0] ?? 0
  }

  #attendHead({ queryKeyValue, output, rows, pasts, first, end, head, prompt }: HeadStep): void {
    const heap = this.#heap
    const { rope } = this.#shape
    const { size, stride, queries, query: column, firstQuery } = headColumns(this.#shape, head)
    const promptLength = prompt.values.shape[0]
    const packed = heap.scratch((end - first) * queries, size)
    const [from, query] = [heap.view(queryKeyValue), heap.view(packed)]
    for (let index = first; index < end; index++)
      for (let q = 0; q < queries; q++) {
        const position = promptLength + (rows[index]?.seen ?? 0)
        const at = ((index - first) * queries + q) * size
        rotateInto(query, at, from, index * stride + column + q * size, rope, position, 1 / Math.sqrt(size))
      }
    const scores = heap.product(packed, prompt.keysTransposed)
    const own = this.#exponentials(packed, scores, { rows, pasts, first, end, head })
    const attended = heap.product(scores, prompt.values)
    const [values, to] = [heap.view(attended), heap.view(output)]
    for (let row = 0; row < (end - first) * queries; row++) {
      const index = first + Math.floor(row / queries)
      const past = pasts[index]
      const count = (rows[index]?.seen ?? 0) + 1
      if (past === undefined) continue
      const pastAt = head * past.capacity * size
      addWeightedRows(values, row * size, own.weights, row * own.stride, past.values, pastAt, count, size)
      const toAt = index * output.shape[1] + (firstQuery + (row % queries)) * size
      const factor = own.factors[row] ?? 0
      for (let i = 0; i < size; i++) to[toAt + i] = (values[row * size + i] ?? 0) * factor
    }
    for (const scratch of [packed, scores, attended]) heap.free(scratch)
  }

  /** Exponentials of all scores: the prompt's in place of `scores`, the row's own in `weights`. */
  #exponentials(
    packed: TensorInfo,
    scores: TensorInfo,
    { rows, pasts, first, end, head }: RowSpan,
  ): OwnWeights {
    const size = this.#shape.headSize
    const [rowCount = 0, promptLength = 0] = scores.shape
    const queries = rowCount / (end - first)
    const [query, prompt] = [this.#heap.view(packed), this.#heap.view(scores)]
    let stride = 0
    for (let index = first; index < end; index++) stride = Math.max(stride, (rows[index]?.seen ?? 0) + 1)
    const own = this.#weightsFor(rowCount, stride)
    for (let row = 0; row < rowCount; row++) {
      const index = first + Math.floor(row / queries)
      const past = pasts[index]
      const count = (rows[index]?.seen ?? 0) + 1
      const at = row * stride
      if (past === undefined) continue
      dotRows(own.weights, at, query, row * size, past.keys, head * past.capacity * size, count, size)
      own.factors[row] = jointExponentials(prompt, row * promptLength, promptLength, own.weights, at, count)
    }
    return own
  }

  /** Reused from head to head. */
  #weightsFor(rows: number, stride: number): OwnWeights {
    if (this.#weights.weights.length < rows * stride || this.#weights.factors.length < rows)
      this.#weights = {
        weights: new Float32Array(2 * rows * stride),
        factors: new Float64Array(rows),
        stride,
      }
    return { ...this.#weights, stride }
  }
}

interface RowSpan {
  readonly rows: readonly DecodeRow[]
  readonly pasts: readonly OwnPast[]
  /** Rows `first` to `end` share a prompt. */
  readonly first: number
  readonly end: number
  readonly head: number
}

interface HeadStep extends RowSpan {
  readonly queryKeyValue: Tensor2D
  readonly output: Tensor2D
  readonly prompt: PromptHead
}

/** Of each row towards its own past, from `row · stride`, and the factor that normalises the row. */
interface OwnWeights {
  readonly weights: Float32Array
  readonly factors: Float64Array
  readonly stride: number
}

function grown(past: OwnPast | undefined, tokens: number, heads: number, size: number): OwnPast {
  if (past !== undefined && past.capacity >= tokens) return past
  const capacity = Math.max(firstCapacityTokens, (past?.capacity ?? 0) * 2, tokens)
  const copy = (from: Float32Array | undefined): Float32Array => {
    const to = new Float32Array(heads * capacity * size)
    if (from === undefined || past === undefined) return to
    const block = past.capacity * size
    for (let head = 0; head < heads; head++)
      to.set(from.subarray(head * block, (head + 1) * block), head * capacity * size)
    return to
  }
  return { capacity, keys: copy(past?.keys), values: copy(past?.values) }
}
