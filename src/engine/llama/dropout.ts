/**
 * Dropout on the adapter's input, where PEFT has it: y = W x + scale · B A (m ∘ x), with a mask m of 0 and 1 / (1 − rate)
 * for each module. A prompt that completions share is computed once, and so under one mask for all of them. A mask
 * follows from its pass and its module alone: it is made again wherever it is needed, so that the backward pass, and a
 * layer that is computed again, see the one of the forward pass, and none is kept. For training only: nothing that
 * samples, scores or evaluates comes here.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { add, concat, keep, matMul, mul, slice, tensor2d, tidy, transpose } from '@tensorflow/tfjs-core'
import { hashText, hashWords } from '../../common/hash.ts'
import type { FusedLora, LoraGradients, LoraPart } from './lora.ts'
import type { FrozenLinear } from './weights.ts'

/** The masks of one pass. */
export interface AdapterDropout {
  /** Share of the inputs that are left out, from 0 to below 1. */
  readonly rate: number
  /** A word of its own for each pass. */
  readonly seed: number
}

/** A projection whose adapter sees a part of its input. Computes with A and B: a mask cannot be merged into W. */
export class DroppedLinear {
  readonly #frozen: FrozenLinear
  readonly #lora: FusedLora
  readonly #dropout: AdapterDropout

  constructor(frozen: FrozenLinear, lora: FusedLora, dropout: AdapterDropout) {
    this.#frozen = frozen
    this.#lora = lora
    this.#dropout = dropout
  }

  forward(x: Tensor2D): Tensor2D {
    const { matrix, bias } = this.#frozen
    return tidy(() => {
      const y = add<Tensor2D>(matrix.forward(x), matMul<Tensor2D>(this.#low(x), this.#lora.bTransposed))
      return bias === null ? y : add(y, bias)
    })
  }

  inputGradient(dy: Tensor2D): Tensor2D {
    const { a, b, parts } = this.#lora
    return tidy(() => {
      const dLow = matMul<Tensor2D>(dy, b)
      return parts.reduce((sum, part) => {
        const own = matMul<Tensor2D>(columns(dLow, part), slice(a, [part.row, 0], [part.r, -1]))
        return add<Tensor2D>(sum, this.#masked(own, part))
      }, this.#frozen.matrix.backward(dy))
    })
  }

  adapterGradients(x: Tensor2D, dy: Tensor2D, into: LoraGradients): void {
    const { b, parts, scale } = this.#lora
    tidy(() => {
      const dLow = matMul<Tensor2D>(dy, b)
      const dB = mul<Tensor2D>(matMul<Tensor2D>(transpose(dy), this.#low(x)), scale)
      for (const part of parts) {
        const { path, row, r, start, size } = part
        const dA = matMul<Tensor2D>(transpose(this.#masked(x, part)), columns(dLow, part))
        into.set(path, { a: keep(transpose(dA)), b: keep(slice(dB, [start, row], [size, r])) })
      }
    })
  }

  /** A (m ∘ x), each module with its own mask: [rows, R]. */
  #low(x: Tensor2D): Tensor2D {
    const { aTransposed, parts } = this.#lora
    return concat<Tensor2D>(
      parts.map((part) => matMul<Tensor2D>(this.#masked(x, part), columns(aTransposed, part))),
      1,
    )
  }

  #masked(x: Tensor2D, { path }: LoraPart): Tensor2D {
    return mul<Tensor2D>(x, tensor2d(dropoutMask(this.#dropout, path, x.size), x.shape))
  }
}

/** `size` numbers, 0 with probability `rate`, else what keeps the mean at 1. */
export function dropoutMask({ rate, seed }: AdapterDropout, path: string, size: number): Float32Array {
  const word = words(hashWords(seed, hashText(path)))
  const kept = 1 / (1 - rate)
  const limit = rate * 0x1_0000_0000
  const mask = new Float32Array(size)
  for (let i = 0; i < size; i++) if (word() >= limit) mask[i] = kept
  return mask
}

/** sfc32 (Doty-Humphrey, PractRand), 32 bits a call: masks have millions of entries. */
function words(key: number): () => number {
  let [a, b, c, counter] = [hashWords(key, 0) | 0, hashWords(key, 1) | 0, hashWords(key, 2) | 0, 1]
  return () => {
    const word = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + word) | 0
    return word >>> 0
  }
}

/** Those of the module, where the columns are Σ r. */
function columns(of: Tensor2D, { row, r }: LoraPart): Tensor2D {
  return slice(of, [0, row], [-1, r])
}
