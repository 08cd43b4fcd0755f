/**
 * Attention's inner loops on plain arrays, one head at a time, shared by training and decoding: rotation while
 * packing, scores against a row's own past, one softmax over prompt and own past. Offsets count floats.
 */
import { expOfNegative } from './exp.ts'
import type { RopeTables } from './rope.ts'

/** to[toAt…] = scale · R(position) · from[fromAt…], one head. */
export function rotateInto(
  to: Float32Array,
  toAt: number,
  from: Float32Array,
  fromAt: number,
  { half, cos, sin }: RopeTables,
  position: number,
  scale: number,
): void {
  const table = position * half
  for (let i = 0; i < half; i++) {
    const c = (cos[table + i] ?? 0) * scale
    const s = (sin[table + i] ?? 0) * scale
    const x = from[fromAt + i] ?? 0
    const y = from[fromAt + half + i] ?? 0
    to[toAt + i] = x * c - y * s
    to[toAt + half + i] = y * c + x * s
  }
}

/** to[toAt…] = from[fromAt…]; a loop, because views on views cost more than the few numbers that they hold. */
export function copyRow(
  to: Float32Array,
  toAt: number,
  from: Float32Array,
  fromAt: number,
  size: number,
): void {
  for (let i = 0; i < size; i++) to[toAt + i] = from[fromAt + i] ?? 0
}

/** to[toAt…] += scale · R(position)ᵀ · from[fromAt…]: the gradient of `rotateInto`. */
export function addUnrotated(
  to: Float32Array,
  toAt: number,
  from: Float32Array,
  fromAt: number,
  { half, cos, sin }: RopeTables,
  position: number,
  scale: number,
): void {
  const table = position * half
  for (let i = 0; i < half; i++) {
    const c = (cos[table + i] ?? 0) * scale
    const s = (sin[table + i] ?? 0) * scale
    const x = from[fromAt + i] ?? 0
    const y = from[fromAt + half + i] ?? 0
    to[toAt + i] = (to[toAt + i] ?? 0) + x * c + y * s
    to[toAt + half + i] = (to[toAt + half + i] ?? 0) + y * c - x * s
  }
}

/** out[outAt + j] = query · keys[j] for j < count. `size` is a multiple of 4. */
export function dotRows(
  out: Float32Array,
  outAt: number,
  query: Float32Array,
  queryAt: number,
  keys: Float32Array,
  keysAt: number,
  count: number,
  size: number,
): void {
  for (let j = 0; j < count; j++) {
    const key = keysAt + j * size
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    for (let i = 0; i < size; i += 4) {
      a += (query[queryAt + i] ?? 0) * (keys[key + i] ?? 0)
      b += (query[queryAt + i + 1] ?? 0) * (keys[key + i + 1] ?? 0)
      c += (query[queryAt + i + 2] ?? 0) * (keys[key + i + 2] ?? 0)
      d += (query[queryAt + i + 3] ?? 0) * (keys[key + i + 3] ?? 0)
    }
    out[outAt + j] = a + b + (c + d)
  }
}

/** out[outAt…] += Σ_j weights[j] · rows[j]. Four rows a pass, so that `out` is read and written a quarter as often. */
export function addWeightedRows(
  out: Float32Array,
  outAt: number,
  weights: Float32Array,
  weightsAt: number,
  rows: Float32Array,
  rowsAt: number,
  count: number,
  size: number,
): void {
  let j = 0
  for (; j + 4 <= count; j += 4) {
    const a = weights[weightsAt + j] ?? 0
    const b = weights[weightsAt + j + 1] ?? 0
    const c = weights[weightsAt + j + 2] ?? 0
    const d = weights[weightsAt + j + 3] ?? 0
    const row = rowsAt + j * size
    for (let i = row, to = outAt; i < row + size; i++, to++) {
      const first = a * (rows[i] ?? 0) + b * (rows[i + size] ?? 0)
      const second = c * (rows[i + 2 * size] ?? 0) + d * (rows[i + 3 * size] ?? 0)
      out[to] = (out[to] ?? 0) + (first + second)
    }
  }
  for (; j < count; j++) {
    const weight = weights[weightsAt + j] ?? 0
    const row = rowsAt + j * size
    for (let i = 0; i < size; i++) out[outAt + i] = (out[outAt + i] ?? 0) + weight * (rows[row + i] ?? 0)
  }
}

/** One softmax over two stretches of scores, in place: the prompt's and the row's own. */
export function jointSoftmax(
  first: Float32Array,
  firstAt: number,
  firstCount: number,
  second: Float32Array,
  secondAt: number,
  secondCount: number,
): void {
  const inverse = jointExponentials(first, firstAt, firstCount, second, secondAt, secondCount)
  for (let j = firstAt; j < firstAt + firstCount; j++) first[j] = (first[j] ?? 0) * inverse
  for (let j = secondAt; j < secondAt + secondCount; j++) second[j] = (second[j] ?? 0) * inverse
}

/** The softmax without its last step: returns the factor that would normalise. */
export function jointExponentials(
  first: Float32Array,
  firstAt: number,
  firstCount: number,
  second: Float32Array,
  secondAt: number,
  secondCount: number,
): number {
  const highest = Math.max(largest(first, firstAt, firstCount), largest(second, secondAt, secondCount))
  const sum = exponentiate(first, firstAt, firstCount, highest)
  return 1 / (sum + exponentiate(second, secondAt, secondCount, highest))
}

function largest(scores: Float32Array, at: number, count: number): number {
  let highest = -Infinity
  for (let j = at; j < at + count; j++) highest = Math.max(highest, scores[j] ?? 0)
  return highest
}

function exponentiate(scores: Float32Array, at: number, count: number, highest: number): number {
  let sum = 0
  for (let j = at; j < at + count; j++) {
    const e = expOfNegative((scores[j] ?? 0) - highest)
    scores[j] = e
    sum += e
  }
  return sum
}
