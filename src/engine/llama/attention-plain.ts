/**
 * Group attention of tfjs operations: each group's rows against all its rows under a mask. It computes the scores
 * between different completions only to mask them out, which a GPU does faster than it would start more kernels. The
 * backward pass computes the probabilities again instead of keeping them.
 */
import type { Rank, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import {
  add,
  concat,
  matMul,
  mul,
  reshape,
  slice,
  softmax,
  sub,
  sum,
  tensor2d,
  tensor3d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core'
import type { AttentionResult, AttentionShape } from './kernels.ts'
import type { GroupRows, RowLayout } from './layout.ts'
import type { RopeTables } from './rope.ts'

/** Added to a score that must not count; far below any score, and finite. */
const blocked = -1e9

export function plainAttention(
  queryKeyValue: Tensor2D,
  layout: RowLayout,
  shape: AttentionShape,
): AttentionResult {
  const output = tidy(() => {
    const parts = layout.groups.map((group) => {
      const { query, key, value } = splitGroup(queryKeyValue, layout, shape, group)
      return joinHeads(matMul<Tensor3D>(probabilitiesOf(query, key, group), value), group.length)
    })
    return concat<Tensor2D>(parts, 0)
  })
  return { output, dispose: () => output.dispose() }
}

export function plainAttentionGradient(
  queryKeyValue: Tensor2D,
  layout: RowLayout,
  shape: AttentionShape,
  dOutput: Tensor2D,
): Tensor2D {
  return tidy(() => {
    const parts = layout.groups.map((group) => {
      const { start, length } = group
      const { query, key, value } = splitGroup(queryKeyValue, layout, shape, group)
      const dHeads = splitHeads(slice(dOutput, [start, 0], [length, -1]), shape)
      const probabilities = probabilitiesOf(query, key, group)
      const dProbabilities = matMul<Tensor3D>(dHeads, value, false, true)
      const along = sum(mul(probabilities, dProbabilities), 2, true)
      const dScores = mul<Tensor3D>(probabilities, sub(dProbabilities, along))
      const dQuery = joinHeads(matMul<Tensor3D>(dScores, key), length)
      const dKey = joinHeads(matMul<Tensor3D>(dScores, query, true), length)
      const positions = layout.positions.subarray(start, start + length)
      const unrotate = (rows: Tensor2D) => rotate(rows, shape.rope, positions, -1)
      const dValue = joinHeads(matMul<Tensor3D>(probabilities, dHeads, true), length)
      return concat<Tensor2D>([mul(unrotate(dQuery), scaleOf(shape)), unrotate(dKey), dValue], 1)
    })
    return concat<Tensor2D>(parts, 0)
  })
}

export function scaleOf({ headSize }: AttentionShape): number {
  return 1 / Math.sqrt(headSize)
}

/** Rotates every head of [rows, heads · headSize]; `direction` -1 undoes it. */
export function rotate(
  rows: Tensor2D,
  { half, cos, sin }: RopeTables,
  positions: Int32Array,
  direction: 1 | -1,
): Tensor2D {
  return tidy(() => {
    const picked = (table: Float32Array, sign: number) => {
      const values = new Float32Array(positions.length * half)
      for (const [row, position] of positions.entries())
        for (let i = 0; i < half; i++) values[row * half + i] = sign * (table[position * half + i] ?? 0)
      return tensor3d(values, [positions.length, 1, half])
    }
    const [c, s] = [picked(cos, 1), picked(sin, direction)]
    const heads = reshape<Rank.R3>(rows, [positions.length, -1, 2 * half])
    const x = slice(heads, [0, 0, 0], [-1, -1, half])
    const y = slice(heads, [0, 0, half], [-1, -1, half])
    const rotated = concat<Tensor3D>([sub(mul(x, c), mul(y, s)), add(mul(y, c), mul(x, s))], 2)
    return reshape<Rank.R2>(rotated, rows.shape)
  })
}

interface GroupHeads {
  /** [key-value heads, queries · rows, headSize], scaled by 1/√headSize */
  readonly query: Tensor3D
  /** [key-value heads, rows, headSize] */
  readonly key: Tensor3D
  readonly value: Tensor3D
}

function splitGroup(
  queryKeyValue: Tensor2D,
  layout: RowLayout,
  shape: AttentionShape,
  { start, length }: GroupRows,
): GroupHeads {
  const { headCount, keyValueHeadCount, headSize, rope } = shape
  const positions = layout.positions.subarray(start, start + length)
  const columns = (first: number, heads: number) =>
    slice(queryKeyValue, [start, first * headSize], [length, heads * headSize])
  const query = mul<Tensor2D>(rotate(columns(0, headCount), rope, positions, 1), scaleOf(shape))
  const key = rotate(columns(headCount, keyValueHeadCount), rope, positions, 1)
  const value = columns(headCount + keyValueHeadCount, keyValueHeadCount)
  return { query: splitHeads(query, shape), key: splitHeads(key, shape), value: splitHeads(value, shape) }
}

/** [rows, heads · headSize] → [key-value heads, queries · rows, headSize] */
function splitHeads(rows: Tensor2D, { keyValueHeadCount, headSize }: AttentionShape): Tensor3D {
  const each = rows.shape[1] / (keyValueHeadCount * headSize)
  const split = reshape<Rank.R4>(rows, [rows.shape[0], keyValueHeadCount, each, headSize])
  return reshape<Rank.R3>(transpose(split, [1, 2, 0, 3]), [keyValueHeadCount, -1, headSize])
}

/** Undoes `splitHeads`. */
function joinHeads(heads: Tensor3D, rows: number): Tensor2D {
  const [count, , size] = heads.shape
  const split = reshape<Rank.R4>(heads, [count, -1, rows, size])
  return reshape<Rank.R2>(transpose(split, [2, 0, 1, 3]), [rows, -1])
}

/** [key-value heads, queries · rows, rows] */
function probabilitiesOf(query: Tensor3D, key: Tensor3D, group: GroupRows): Tensor3D {
  const { length } = group
  const scores = matMul<Tensor3D>(query, key, false, true)
  const perQuery = reshape(scores, [-1, length, length])
  return reshape<Rank.R3>(softmax(add(perQuery, maskOf(group))), scores.shape)
}

/** 0 where row i sees row j, else `blocked`: [rows, rows]. */
function maskOf({ length, promptLength, completions }: GroupRows): Tensor2D {
  const mask = new Float32Array(length * length).fill(blocked)
  for (let i = 0; i < promptLength; i++) mask.fill(0, i * length, i * length + i + 1)
  for (const span of completions)
    for (let i = span.start; i < span.start + span.length; i++) {
      mask.fill(0, i * length, i * length + promptLength)
      mask.fill(0, i * length + span.start, i * length + i + 1)
    }
  return tensor2d(mask, [length, length])
}
