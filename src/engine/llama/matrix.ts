/**
 * A weight matrix W, [out, in], as rows are multiplied by it: x·Wᵀ forward, dy·W backward. The wasm backend is fast only
 * without transpose flags, so that W lies there in both orientations; a GPU reads it either way, and one copy, as the
 * file has it, is all that a large model has room for.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { add, keep, matMul, tidy, transpose } from '@tensorflow/tfjs-core'
import { WasmHeap } from './wasm-heap.ts'

export interface Matrix {
  readonly inputs: number
  readonly outputs: number
  /** [rows, in] → [rows, out] */
  forward(x: Tensor2D): Tensor2D
  /** [rows, out] → [rows, in] */
  backward(dy: Tensor2D): Tensor2D
  /** W + B·A, owned by the caller. */
  plus(change: LowRank): Matrix
  dispose(): void
}

/** B·A with its factors in both orientations. */
export interface LowRank {
  /** [R, in] */
  readonly a: Tensor2D
  /** [in, R] */
  readonly aTransposed: Tensor2D
  /** [out, R] */
  readonly b: Tensor2D
  /** [R, out] */
  readonly bTransposed: Tensor2D
}

export type MatrixLayout = 'as-stored' | 'both-ways'

/** What suits the backend that runs now. */
export function layoutHere(): MatrixLayout {
  return WasmHeap.open() === null ? 'as-stored' : 'both-ways'
}

/** One copy. */
export class StoredMatrix implements Matrix {
  readonly #stored: Tensor2D

  /** Takes `stored`, [out, in], over. */
  constructor(stored: Tensor2D) {
    this.#stored = stored
  }

  get inputs(): number {
    return this.#stored.shape[1]
  }

  get outputs(): number {
    return this.#stored.shape[0]
  }

  forward(x: Tensor2D): Tensor2D {
    return matMul(x, this.#stored, false, true)
  }

  backward(dy: Tensor2D): Tensor2D {
    return matMul(dy, this.#stored)
  }

  plus({ a, b }: LowRank): Matrix {
    return new StoredMatrix(tidy(() => add(this.#stored, matMul<Tensor2D>(b, a))))
  }

  dispose(): void {
    this.#stored.dispose()
  }
}

/** [in, out] for the way forward, and its twin [out, in] for the way back, made on first use. */
export class TwoWayMatrix implements Matrix {
  readonly #forwards: Tensor2D
  #backwards: Tensor2D | null

  /** Takes both over. */
  constructor(forwards: Tensor2D, backwards: Tensor2D | null = null) {
    this.#forwards = forwards
    this.#backwards = backwards
  }

  get inputs(): number {
    return this.#forwards.shape[0]
  }

  get outputs(): number {
    return this.#forwards.shape[1]
  }

  forward(x: Tensor2D): Tensor2D {
    return matMul(x, this.#forwards)
  }

  backward(dy: Tensor2D): Tensor2D {
    this.#backwards ??= keep(transpose(this.#forwards))
    return matMul(dy, this.#backwards)
  }

  plus({ aTransposed, bTransposed }: LowRank): Matrix {
    return new TwoWayMatrix(tidy(() => add(this.#forwards, matMul<Tensor2D>(aTransposed, bTransposed))))
  }

  dispose(): void {
    this.#forwards.dispose()
    this.#backwards?.dispose()
  }
}
