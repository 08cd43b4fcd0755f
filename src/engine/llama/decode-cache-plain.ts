/**
 * Decoding's keys and values as tfjs tensors, for WebGPU: each prompt's once per layer, the rows' own in one tensor
 * per layer that grows by a token a step and is gathered again when rows leave.
 */
import type { Rank, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'
import {
  add,
  concat,
  gather,
  keep,
  matMul,
  mul,
  reshape,
  slice,
  softmax,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core'
import { rotate, scaleOf } from './attention-plain.ts'
import type { AttentionShape, DecodeCache, DecodeRow } from './kernels.ts'
import type { GroupRows } from './layout.ts'

interface Past<T> {
  readonly keys: T
  readonly values: T
}

interface OwnPast extends Past<Tensor4D> {
  /** Slot of each row. */
  readonly slots: readonly number[]
}

export class PlainDecodeCache implements DecodeCache {
  readonly leavingShare = 0.5
  readonly #shape: AttentionShape
  /** [layer][prompt], each [key-value heads, prompt, headSize] */
  readonly #prompts: Past<Tensor3D>[][]
  /** [layer], each [rows, key-value heads, tokens, headSize] */
  readonly #own: (OwnPast | null)[]

  constructor(layerCount: number, shape: AttentionShape) {
    this.#shape = shape
    this.#prompts = Array.from({ length: layerCount }, () => [])
    this.#own = Array.from({ length: layerCount }, () => null)
  }

  addPrompts(layer: number, queryKeyValue: Tensor2D, groups: readonly GroupRows[]): void {
    const { keyValueHeadCount, headSize } = this.#shape
    for (const { start, promptLength } of groups) {
      const positions = Int32Array.from({ length: promptLength }, (_, i) => i)
      const rows = slice(queryKeyValue, [start, 0], [promptLength, -1])
      const heads = (part: Tensor2D): Tensor3D =>
        keep(transpose(reshape<Rank.R3>(part, [promptLength, keyValueHeadCount, headSize]), [1, 0, 2]))
      tidy(() => {
        const { key, value } = this.#split(rows, positions)
        this.#prompts[layer]?.push({ keys: heads(key), values: heads(value) })
      })
      rows.dispose()
    }
  }

  attend(layer: number, queryKeyValue: Tensor2D, rows: readonly DecodeRow[]): Tensor2D {
    const { keyValueHeadCount: heads, headCount, headSize } = this.#shape
    const each = headCount / heads
    return tidy(() => {
      const prompts = this.#prompts[layer] ?? []
      const positions = Int32Array.from(
        rows,
        ({ group, seen }) => (prompts[group]?.keys.shape[1] ?? 0) + seen,
      )
      const { query, key, value } = this.#split(queryKeyValue, positions)
      const own = this.#append(layer, rows, key, value)
      const tokens = own.keys.shape[2]
      const perRow: [number, number, number] = [rows.length * heads, tokens, headSize]
      const ownQuery = reshape<Rank.R3>(query, [rows.length * heads, each, headSize])
      const ownScores = matMul<Tensor3D>(ownQuery, reshape<Rank.R3>(own.keys, perRow), false, true)
      const toPrompts: Tensor2D[] = []
      const toOwn: Tensor3D[] = []
      for (const { group, first, count } of spansOf(rows)) {
        const prompt = prompts[group]
        if (prompt === undefined) throw new RangeError(`No prompt ${group} in layer ${layer}.`)
        // [rows, heads, queries, …] ⇄ [heads, rows · queries, …]: a prompt's keys serve all its rows in one matMul.
        const byHead = (part: Tensor3D | Tensor2D, size: number) => {
          const cut = slice(
            reshape<Rank.R4>(part, [-1, heads, each, size]),
            [first, 0, 0, 0],
            [count, -1, -1, -1],
          )
          return reshape<Rank.R3>(transpose(cut, [1, 0, 2, 3]), [heads, count * each, size])
        }
        const byRow = (part: Tensor3D, size: number) =>
          transpose(reshape<Rank.R4>(part, [heads, count, each, size]), [1, 0, 2, 3])
        const scores = matMul<Tensor3D>(byHead(query, headSize), prompt.keys, false, true)
        const probabilities = softmax(concat<Tensor3D>([scores, byHead(ownScores, tokens)], 2))
        const promptTokens = prompt.keys.shape[1]
        const attended = matMul<Tensor3D>(
          slice(probabilities, [0, 0, 0], [-1, -1, promptTokens]),
          prompt.values,
        )
        toPrompts.push(reshape<Rank.R2>(byRow(attended, headSize), [count, headCount * headSize]))
        const ownPart = slice(probabilities, [0, 0, promptTokens], [-1, -1, tokens])
        toOwn.push(reshape<Rank.R3>(byRow(ownPart, tokens), [count * heads, each, tokens]))
      }
      const throughOwn = matMul<Tensor3D>(concat<Tensor3D>(toOwn, 0), reshape<Rank.R3>(own.values, perRow))
      return add<Tensor2D>(
        concat<Tensor2D>(toPrompts, 0),
        reshape(throughOwn, [rows.length, headCount * headSize]),
      )
    })
  }

  /** Rows that left are cut out at the next `attend`, all at once. */
  drop(): void {}

  dispose(): void {
    for (const past of [...this.#prompts.flat(), ...this.#own]) {
      past?.keys.dispose()
      past?.values.dispose()
    }
    this.#prompts.length = 0
    this.#own.length = 0
  }

  /** Rotated query (scaled) and key, and value: [rows, heads · headSize]. */
  #split(rows: Tensor2D, positions: Int32Array) {
    const { headCount, keyValueHeadCount, headSize, rope } = this.#shape
    const columns = (first: number, heads: number) =>
      slice(rows, [0, first * headSize], [-1, heads * headSize])
    return {
      query: mul<Tensor2D>(rotate(columns(0, headCount), rope, positions, 1), scaleOf(this.#shape)),
      key: rotate(columns(headCount, keyValueHeadCount), rope, positions, 1),
      value: columns(headCount + keyValueHeadCount, keyValueHeadCount),
    }
  }

  #append(layer: number, rows: readonly DecodeRow[], key: Tensor2D, value: Tensor2D): OwnPast {
    const { keyValueHeadCount, headSize } = this.#shape
    const past = this.#own[layer] ?? null
    const slots = rows.map(({ slot }) => slot)
    const stay = past === null ? [] : slots.map((slot) => past.slots.indexOf(slot))
    const grow = (old: Tensor4D | undefined, token: Tensor2D): Tensor4D => {
      const next = reshape<Rank.R4>(token, [rows.length, keyValueHeadCount, 1, headSize])
      if (old === undefined) return keep(next)
      const kept = stay.length === old.shape[0] ? old : gather(old, Int32Array.from(stay))
      return keep(concat<Tensor4D>([kept, next], 2))
    }
    const own = { keys: grow(past?.keys, key), values: grow(past?.values, value), slots }
    past?.keys.dispose()
    past?.values.dispose()
    this.#own[layer] = own
    return own
  }
}

/** Stretches of rows that share a prompt. */
function* spansOf(rows: readonly DecodeRow[]) {
  let first = 0
  while (first < rows.length) {
    const group = rows[first]?.group ?? 0
    let count = 1
    while (rows[first + count]?.group === group) count += 1
    yield { group, first, count }
    first += count
  }
}
