/**
 * Decoding's keys and values on the wasm backend. A prompt's stand once per layer as frozen tensors, whose packed
 * form XNNPACK keeps, so that all rows of a group cost two small matMuls per head; a completion's own are plain
 * arrays, one per (row, layer), that grow by doubling and go when the row is dropped.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { keep, transpose } from '@tensorflow/tfjs-core'
import type { HeadColumns } from './attention-pack.ts'
import { headColumns } from './attention-pack.ts'
import { addWeightedRows, copyRow, dotRows, jointExponentials, rotateInto } from './attention-rows.ts'
import type { AttentionShape, DecodeCache, DecodeRow } from './kernels.ts'
import type { GroupRows } from './layout.ts'
import type { Scratch, WasmHeap } from './wasm-heap.ts'

const firstCapacityTokens = 32

/** What a scratch is for; with its shape, one number names it. */
const uses = { query: 0, scores: 1, attended: 2 } as const
const largestRows = 2 ** 16
const largestColumns = 2 ** 24

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
  readonly #scratches = new Map<number, Scratch>()

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
    const [from, to] = [this.#heap.watched(queryKeyValue), this.#heap.watched(output)]
    const pasts = rows.map((row, index) => this.#remember(layer, from.values, row, index))
    let first = 0
    while (first < rows.length) {
      const group = rows[first]?.group ?? 0
      let end = first + 1
      while (rows[end]?.group === group) end += 1
      for (let head = 0; head < keyValueHeadCount; head++) {
        const prompt = this.#prompts[layer]?.[group]?.[head]
        if (prompt === undefined) throw new RangeError(`No prompt ${group} in layer ${layer}.`)
        this.#attendHead({ from, to, rows, pasts, first, end, head, prompt })
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
    for (const scratch of this.#scratches.values()) this.#heap.free(scratch)
    this.#scratches.clear()
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

  #attendHead({ rows, pasts, first, end, head, prompt, ...matrices }: HeadStep): void {
    const heap = this.#heap
    const { rope } = this.#shape
    const { size, stride, queries, query: column, firstQuery } = headColumns(this.#shape, head)
    const promptLength = prompt.values.shape[0]
    const rowCount = (end - first) * queries
    const packed = this.#scratch(uses.query, rowCount, size)
    const scores = this.#scratch(uses.scores, rowCount, promptLength)
    const attended = this.#scratch(uses.attended, rowCount, size)
    const [from, query] = [heap.valuesOf(matrices.from), heap.valuesOf(packed)]
    for (let index = first; index < end; index++)
      for (let q = 0; q < queries; q++) {
        const position = promptLength + (rows[index]?.seen ?? 0)
        const at = ((index - first) * queries + q) * size
        rotateInto(query, at, from, index * stride + column + q * size, rope, position, 1 / Math.sqrt(size))
      }
    heap.multiply(packed, prompt.keysTransposed, scores)
    const own = this.#exponentials(packed, scores, { rows, pasts, first, end, head })
    heap.multiply(scores, prompt.values, attended)
    const [values, to] = [heap.valuesOf(attended), heap.valuesOf(matrices.to)]
    for (let row = 0; row < rowCount; row++) {
      const index = first + Math.floor(row / queries)
      const past = pasts[index]
      const count = (rows[index]?.seen ?? 0) + 1
      if (past === undefined) continue
      const pastAt = head * past.capacity * size
      addWeightedRows(values, row * size, own.weights, row * own.stride, past.values, pastAt, count, size)
      const toAt = index * matrices.to.columns + (firstQuery + (row % queries)) * size
      const factor = own.factors[row] ?? 0
      for (let i = 0; i < size; i++) to[toAt + i] = (values[row * size + i] ?? 0) * factor
    }
  }

  /** The same memory for the same shape, from token to token. */
  #scratch(use: number, rows: number, columns: number): Scratch {
    const name = (use * largestRows + rows) * largestColumns + columns
    const scratch = this.#scratches.get(name) ?? this.#heap.scratch(rows, columns)
    this.#scratches.set(name, scratch)
    return scratch
  }

  /** Exponentials of all scores: the prompt's in place of `scores`, the row's own in `weights`. */
  #exponentials(packed: Scratch, scores: Scratch, { rows, pasts, first, end, head }: RowSpan): OwnWeights {
    const size = this.#shape.headSize
    const { rows: rowCount, columns: promptLength } = scores
    const queries = rowCount / (end - first)
    const [query, prompt] = [this.#heap.valuesOf(packed), this.#heap.valuesOf(scores)]
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
  /** [q | k | v] */
  readonly from: Scratch
  readonly to: Scratch
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
