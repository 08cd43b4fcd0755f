// What distinguishes one model from another: a block of numbers in the data segment, found by its first four words and
// filled by the page's worker before the library is loaded (src/engine/webllm/library.ts), so that one .wasm serves
// all models. Every number starts as -1, because a compiler may leave zeros out of a data segment.

/** Counts changes of the block's layout or of the functions that the worker calls. */
const version = 1

const block = memory.data<i32>(
  [
    0x4c6f5241,
    0x2d4c4561,
    0x6465724c,
    0x61624d4c,
    version,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
    -1,
  ],
  8,
)

export const enum Format {
  q0f32 = 0,
  q0f16 = 1,
  q4f32_1 = 2,
  q4f16_1 = 3,
}

function int(index: i32): i32 {
  return load<i32>(block + ((<usize>index) << 2))
}

function float(index: i32): f64 {
  return load<f64>(block + ((<usize>index) << 2))
}

export function isConfigured(): bool {
  return int(5) == 1
}
export function isLlama(): bool {
  return int(6) == 0
}
export function format(): i32 {
  return int(7)
}
export function vocabularySize(): i32 {
  return int(8)
}
export function hiddenSize(): i32 {
  return int(9)
}
export function intermediateSize(): i32 {
  return int(10)
}
export function layerCount(): i32 {
  return int(11)
}
export function headCount(): i32 {
  return int(12)
}
export function keyValueHeadCount(): i32 {
  return int(13)
}
export function headSize(): i32 {
  return int(14)
}
/** Tokens that one call of `prefill` or `score` takes at most. */
export function chunkSize(): i32 {
  return int(15)
}
export function tiedHead(): bool {
  return int(16) == 1
}
export function attentionBias(): bool {
  return int(17) == 1
}
export function queryKeyNorm(): bool {
  return int(18) == 1
}
/** The GPU is the CPU: a barrier costs more than it can save. */
export function softwareDevice(): bool {
  return int(19) == 1
}
export function normEpsilon(): f64 {
  return float(20)
}
export function ropeTheta(): f64 {
  return float(22)
}
/** Llama 3.1's scaling of the frequencies; a factor of 0 is none. */
export function ropeFactor(): f64 {
  return float(24)
}
export function ropeLowFrequencyFactor(): f64 {
  return float(26)
}
export function ropeHighFrequencyFactor(): f64 {
  return float(28)
}
export function ropeOriginalContextLength(): f64 {
  return float(30)
}
