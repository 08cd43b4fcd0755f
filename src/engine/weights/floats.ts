/**
 * Half-precision numbers as bytes, little endian (every platform with WebGPU or WebAssembly is). float16 is read
 * through a table because `Float16Array` is not in Node 20; bfloat16 is the upper half of a float32.
 */

/** The float32 whose upper 16 bits these are. */
export function bfloat16ToFloat32(bits: Uint16Array): Float32Array {
  const words = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] ?? 0) << 16
  return new Float32Array(words.buffer)
}

/** Rounds to nearest, ties to even, as PyTorch does; NaN stays NaN. */
export function float32ToBfloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const bits = new Uint16Array(values.length)
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? 0
    const isNaNWord = (word & 0x7fffffff) > 0x7f800000
    bits[i] = isNaNWord ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  }
  return bits
}

export function float16ToFloat32(bits: Uint16Array): Float32Array {
  const table = float16Table()
  const values = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i] ?? 0] ?? 0
  return values
}

let cachedTable: Float32Array | null = null

/** All 65536 float16 values by their bits, 256 KiB, made on first use. */
export function float16Table(): Float32Array {
  if (cachedTable) return cachedTable
  const table = new Float32Array(0x10000)
  for (let bits = 0; bits < table.length; bits++) {
    const sign = bits & 0x8000 ? -1 : 1
    const exponent = (bits >> 10) & 0x1f
    const fraction = bits & 0x3ff
    if (exponent === 0) table[bits] = sign * fraction * 2 ** -24
    else if (exponent === 31) table[bits] = fraction ? NaN : sign * Infinity
    else table[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
  }
  cachedTable = table
  return table
}

/** The bytes as 16-bit words; copies only where the offset is odd. */
export function uint16View(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice()
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1)
}

export function uint32View(bytes: Uint8Array): Uint32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2)
}

/** A copy-free view where the alignment allows it. */
export function float32View(bytes: Uint8Array): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  return new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2)
}
