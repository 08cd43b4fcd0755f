/**
 * Llama 3's RoPE scaling in a GGUF: the converter stores the divisors of the frequencies, not the settings that gave
 * them. All Llama 3.1 and 3.2 models share three of the four settings; those are assumed, and then proved.
 */
import { ModelFileError } from '../engine.ts'
import type { RopeConfig } from '../llama/config.ts'

const LOW_FREQUENCY_FACTOR = 1
const HIGH_FREQUENCY_FACTOR = 4
const ORIGINAL_CONTEXT = 8192

type Llama3Scaling = NonNullable<RopeConfig['llama3']>

/** `factors`: one divisor per frequency, [headSize / 2]. */
export function readRopeFactors(
  path: string,
  factors: Float32Array,
  { theta, headSize }: { theta: number; headSize: number },
): Llama3Scaling {
  const scaling: Llama3Scaling = {
    factor: Math.max(...factors),
    lowFrequencyFactor: LOW_FREQUENCY_FACTOR,
    highFrequencyFactor: HIGH_FREQUENCY_FACTOR,
    originalContextLength: ORIGINAL_CONTEXT,
  }
  const wrong = factors.findIndex((factor, i) => {
    const expected = ropeDivisor(scaling, 2 * Math.PI * theta ** ((2 * i) / headSize))
    return Math.abs(factor - expected) > 1e-3 * expected
  })
  if (factors.length === headSize / 2 && wrong === -1) return scaling
  const found = wrong === -1 ? `${factors.length} numbers` : `${factors[wrong]} at index ${wrong}`
  throw new ModelFileError(path, "Llama 3's RoPE scaling in tensor rope_freqs.weight", found)
}

/** By what the frequency of this wavelength (in tokens) is divided. */
function ropeDivisor(scaling: Llama3Scaling, wavelength: number): number {
  const { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalContextLength } = scaling
  const turns = originalContextLength / wavelength
  if (turns > high) return 1
  if (turns < low) return factor
  const smooth = (turns - low) / (high - low)
  return 1 / ((1 - smooth) / factor + smooth)
}
