/**
 * Rotary position embeddings, rotate-half convention (the pair of dimension i is i + D/2), with Llama 3.1's
 * frequency scaling. Angles are computed in double precision, once per model.
 */
import type { RopeConfig } from './config.ts'

/** cos and sin, each [position][D / 2]. */
export interface RopeTables {
  readonly half: number
  readonly cos: Float32Array
  readonly sin: Float32Array
}

export function ropeTables(rope: RopeConfig, headSize: number, positions: number): RopeTables {
  const half = headSize / 2
  const frequencies = inverseFrequencies(rope, headSize)
  const cos = new Float32Array(positions * half)
  const sin = new Float32Array(positions * half)
  for (let position = 0; position < positions; position++)
    for (const [i, frequency] of frequencies.entries()) {
      cos[position * half + i] = Math.cos(position * frequency)
      sin[position * half + i] = Math.sin(position * frequency)
    }
  return { half, cos, sin }
}

/** Radians per position, one per pair of dimensions. */
export function inverseFrequencies(rope: RopeConfig, headSize: number): number[] {
  const plain = Array.from({ length: headSize / 2 }, (_, i) => rope.theta ** ((-2 * i) / headSize))
  const scaling = rope.llama3
  if (scaling === null) return plain
  const { factor, lowFrequencyFactor, highFrequencyFactor, originalContextLength } = scaling
  return plain.map((frequency) => {
    const turns = (originalContextLength * frequency) / (2 * Math.PI)
    if (turns < lowFrequencyFactor) return frequency / factor
    if (turns > highFrequencyFactor) return frequency
    const smooth = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor)
    return ((1 - smooth) * frequency) / factor + smooth * frequency
  })
}
