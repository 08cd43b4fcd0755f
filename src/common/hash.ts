/**
 * Counter-based random numbers: a value depends on its key only, never on how many were drawn before it.
 * Both the task generators (`mlpo/random.ts`) and every engine's sampler draw from here, so that a sample is the
 * same whatever the batch, the row order, or the engine. Not for cryptography.
 */

/** 32-bit FNV-1a of a text's UTF-16 code units. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return mix(hash)
}

/** 64 bits of hash, in hexadecimal. */
export function textId(text: string): string {
  return [hashText(text), hashText(`${text.length}/${text}`)]
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('')
}

/** Mixes any number of 32-bit words into one; every input bit reaches every output bit. */
export function hashWords(...words: readonly number[]): number {
  let hash = 0x9e3779b9
  for (const word of words) hash = mix(Math.imul(hash ^ (word | 0), 0x85ebca6b) + 0x165667b1)
  return hash
}

/** Uniform in [0, 1) with 24 bits, exactly representable in f32; a function of the words alone. */
export function uniformAt(...words: readonly number[]): number {
  return (hashWords(...words) >>> 8) / 0x1000000
}

function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad)
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97)
  return (x ^ (x >>> 15)) >>> 0
}
