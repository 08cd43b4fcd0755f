/**
 * ggml's tensor encodings as float32: F32, F16, BF16 and the block formats Q4_0, Q4_1, Q8_0, Q6_K. Blocks run along
 * a row; `d` and `m` are float16. The arithmetic is llama.cpp's, bit for bit.
 */
import { bfloat16ToFloat32, float16Table, float16ToFloat32, float32View, uint16View } from './floats.ts'

export interface GgufEncoding {
  readonly name: string
  readonly weightsPerBlock: number
  readonly bytesPerBlock: number
  decode(bytes: Uint8Array): Float32Array
}

/** Block formats: one function writes the weights of the block that begins at `from`. */
type BlockDecoder = (bytes: Uint8Array, from: number, values: Float32Array, to: number) => void

/** By ggml's type number. */
export const ggufEncodings: ReadonlyMap<number, GgufEncoding> = new Map([
  [0, { name: 'F32', weightsPerBlock: 1, bytesPerBlock: 4, decode: float32View }],
  [
    1,
    {
      name: 'F16',
      weightsPerBlock: 1,
      bytesPerBlock: 2,
      decode: (bytes) => float16ToFloat32(uint16View(bytes)),
    },
  ],
  [2, blocks('Q4_0', 32, 18, decodeQ4_0)],
  [3, blocks('Q4_1', 32, 20, decodeQ4_1)],
  [8, blocks('Q8_0', 32, 34, decodeQ8_0)],
  [14, blocks('Q6_K', 256, 210, decodeQ6_K)],
  [
    30,
    {
      name: 'BF16',
      weightsPerBlock: 1,
      bytesPerBlock: 2,
      decode: (bytes) => bfloat16ToFloat32(uint16View(bytes)),
    },
  ],
])

/** Other encodings, for messages. */
const otherNames: Readonly<Record<number, string>> = {
  6: 'Q5_0',
  7: 'Q5_1',
  10: 'Q2_K',
  11: 'Q3_K',
  12: 'Q4_K',
  13: 'Q5_K',
  15: 'Q8_K',
  20: 'IQ4_NL',
  23: 'IQ4_XS',
  34: 'TQ1_0',
  35: 'TQ2_0',
  39: 'MXFP4',
}

export function encodingName(type: number): string {
  return ggufEncodings.get(type)?.name ?? otherNames[type] ?? `ggml type ${type}`
}

function blocks(
  name: string,
  weightsPerBlock: number,
  bytesPerBlock: number,
  decodeBlock: BlockDecoder,
): GgufEncoding {
  const decode = (bytes: Uint8Array) => {
    const count = Math.floor(bytes.length / bytesPerBlock)
    const values = new Float32Array(count * weightsPerBlock)
    for (let i = 0; i < count; i++) decodeBlock(bytes, i * bytesPerBlock, values, i * weightsPerBlock)
    return values
  }
  return { name, weightsPerBlock, bytesPerBlock, decode }
}

function half(bytes: Uint8Array, at: number): number {
  return float16Table()[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] ?? 0
}

function signed(byte: number): number {
  return (byte << 24) >> 24
}

/** d, then 16 bytes: low nibbles are the first half of the block, high nibbles the second. w = d (q - 8). */
function decodeQ4_0(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const d = half(bytes, from)
  for (let j = 0; j < 16; j++) {
    const pair = bytes[from + 2 + j] ?? 0
    values[to + j] = d * ((pair & 15) - 8)
    values[to + j + 16] = d * ((pair >> 4) - 8)
  }
}

/** d, m, then nibbles as in Q4_0. w = d q + m. */
function decodeQ4_1(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const d = half(bytes, from)
  const m = half(bytes, from + 2)
  for (let j = 0; j < 16; j++) {
    const pair = bytes[from + 4 + j] ?? 0
    values[to + j] = d * (pair & 15) + m
    values[to + j + 16] = d * (pair >> 4) + m
  }
}

/** d, then 32 signed bytes. w = d q. */
function decodeQ8_0(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const d = half(bytes, from)
  for (let j = 0; j < 32; j++) values[to + j] = d * signed(bytes[from + 2 + j] ?? 0)
}

/**
 * 128 bytes of low nibbles, 64 bytes of upper bit pairs, 16 signed scales (one per 16 weights), d. Each half of the
 * block (128 weights) is four runs of 32 that share 64 low and 32 upper bytes. w = d · scale · (q - 32).
 */
function decodeQ6_K(bytes: Uint8Array, from: number, values: Float32Array, to: number): void {
  const d = half(bytes, from + 208)
  for (let i = 0; i < 256; i++) {
    const halfBlock = i >> 7
    const run = (i >> 5) & 3
    const column = i & 31
    const low = bytes[from + 64 * halfBlock + 32 * (run & 1) + column] ?? 0
    const high = bytes[from + 128 + 32 * halfBlock + column] ?? 0
    const nibble = run < 2 ? low & 15 : low >> 4
    const q = (nibble | (((high >> (2 * run)) & 3) << 4)) - 32
    values[to + i] = Math.fround(d * signed(bytes[from + 192 + (i >> 4)] ?? 0)) * q
  }
}
