/** Inputs for the kernel tests: reproducible numbers, and matrices in every format that the library reads. */
import type { Format } from '../../scripts/kernel-text.mjs'
import { uniformAt } from '../../src/common/hash.ts'
import { float16ToFloat32 } from '../../src/engine/weights/floats.ts'
import type { KernelBuffer } from './kernel-runner.ts'
import { dequantise, type Matrix } from './kernel-references.ts'

/** Between -limit and limit, exactly representable in float32. */
export function numbers(count: number, seed: number, limit = 1): number[] {
  return Array.from({ length: count }, (_, i) => Math.fround((uniformAt(seed, i) * 2 - 1) * limit))
}

export function whole(count: number, below: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor(uniformAt(seed, i) * below))
}

export function rows(values: readonly number[], width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width))
}

export const f32 = (values: readonly number[]): KernelBuffer => ({ type: 'f32', values })
export const i32 = (values: readonly number[]): KernelBuffer => ({ type: 'i32', values })
const u32 = (values: readonly number[]): KernelBuffer => ({ type: 'u32', values })
/** For bindings that a kernel must not read; NaN would show. */
export const unread: KernelBuffer = f32([NaN, NaN, NaN, NaN])

/** float16 numbers as their bits, two a word, and their values. */
function halves(count: number, seed: number) {
  // Exponents 10 to 13: magnitudes from 1/32 to 1/2.
  const bits = Array.from({ length: count }, (_, i) => {
    const sign = uniformAt(seed + 1, i) < 0.5 ? 0 : 1
    return (sign << 15) | ((10 + (i % 4)) << 10) | Math.floor(uniformAt(seed, i) * 1024)
  })
  const words = rows(bits, 2).map(([low = 0, high = 0]) => (low | (high << 16)) >>> 0)
  return { words, values: [...float16ToFloat32(Uint16Array.from(bits))] }
}

export interface StoredMatrix {
  readonly buffers: readonly [KernelBuffer, KernelBuffer]
  /** What the stored numbers stand for, [outputs][inputs]. */
  readonly values: Matrix
}

export function matrix(format: Format, outputs: number, inputs: number, seed: number): StoredMatrix {
  const count = outputs * inputs
  if (format === 'q0f32') {
    const values = numbers(count, seed, 0.5)
    return { buffers: [f32(values), unread], values: rows(values, inputs) }
  }
  if (format === 'q0f16') {
    const { words, values } = halves(count, seed)
    return { buffers: [u32(words), unread], values: rows(values, inputs) }
  }
  const words = whole(count / 8, 2 ** 24, seed).map((word, i) => ((word << 8) | ((i * 37) & 255)) >>> 0)
  const scales =
    format === 'q4f16_1'
      ? halves(count / 32, seed + 7)
      : { words: null, values: numbers(count / 32, seed + 7, 0.1) }
  const stored = scales.words === null ? f32(scales.values) : u32(scales.words)
  return { buffers: [u32(words), stored], values: rows(dequantise(words, scales.values, inputs), inputs) }
}

/** A bias or the weights of a norm, as the format stores them. */
export function vector(format: Format, size: number, seed: number) {
  if (format === 'q0f32' || format === 'q4f32_1') {
    const values = numbers(size, seed)
    return { buffer: f32(values), values }
  }
  const { words, values } = halves(size, seed)
  return { buffer: u32(words), values }
}
