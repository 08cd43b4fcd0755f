// Angles of the rotary embedding, in double precision, once per model: the GPU's own sine is not good enough for
// positions in the thousands. The same formulas as src/engine/llama/rope.ts.
import {
  headSize,
  ropeFactor,
  ropeHighFrequencyFactor,
  ropeLowFrequencyFactor,
  ropeOriginalContextLength,
  ropeTheta,
} from './config'

/** (cos, sin) as float32, [position][head size / 2]. */
export function writeAngles(target: usize, positions: i32): void {
  const half = headSize() / 2
  for (let i = 0; i < half; i++) {
    const frequency = frequencyOf(i)
    for (let position = 0; position < positions; position++) {
      const at = target + ((<usize>(position * half + i)) << 3)
      store<f32>(at, <f32>Math.cos(<f64>position * frequency))
      store<f32>(at + 4, <f32>Math.sin(<f64>position * frequency))
    }
  }
}

/** Radians per position of pair `i`, with Llama 3.1's scaling where the model has it. */
function frequencyOf(i: i32): f64 {
  const frequency = Math.pow(ropeTheta(), <f64>(-2 * i) / <f64>headSize())
  const factor = ropeFactor()
  if (factor == 0) return frequency
  const low = ropeLowFrequencyFactor()
  const high = ropeHighFrequencyFactor()
  const turns = (ropeOriginalContextLength() * frequency) / (2 * Math.PI)
  if (turns < low) return frequency / factor
  if (turns > high) return frequency
  const smooth = (turns - low) / (high - low)
  return ((1 - smooth) * frequency) / factor + smooth * frequency
}
