/**
 * tfjs' wasm backend keeps its tensors in one heap that JavaScript can read and write. Loops over such views save the
 * copies and the passes over memory that a chain of small tfjs operations costs. A view dies when the heap grows:
 * make every output first, then take the views.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { KernelBackend, Tensor2D, TensorInfo } from '@tensorflow/tfjs-core'
import { backend, engine, getKernel } from '@tensorflow/tfjs-core'

export class WasmHeap {
  readonly #backend: BackendWasm

  private constructor(wasm: BackendWasm) {
    this.#backend = wasm
  }

  /** null when another backend is active. */
  static open(): WasmHeap | null {
    const active: KernelBackend = backend()
    return isWasm(active) ? new WasmHeap(active) : null
  }

  /** Uninitialised memory. */
  matrix(rows: number, columns: number): Tensor2D {
    const output = this.#backend.makeOutput([rows, columns], 'float32')
    return engine().makeTensorFromTensorInfo(output, this.#backend) as Tensor2D
  }

  /** Memory that tfjs does not count: for hundreds of short-lived matrices per token. `free` it. */
  scratch(rows: number, columns: number): TensorInfo {
    return this.#backend.makeOutput([rows, columns], 'float32')
  }

  free(scratch: TensorInfo): void {
    this.#backend.disposeData(scratch.dataId)
  }

  /** matMul without tfjs' bookkeeping, which costs as much as a small product itself; the result is scratch. */
  product(a: TensorInfo, b: TensorInfo): TensorInfo {
    const kernel = getKernel('BatchMatMul', 'wasm')
    const attrs = { transposeA: false, transposeB: false }
    const result = kernel.kernelFunc({ inputs: { a, b }, backend: this.#backend, attrs })
    if (Array.isArray(result)) throw new TypeError('One matrix was expected.')
    return result
  }

  view(tensor: TensorInfo): Float32Array {
    const values = this.#backend.typedArrayFromHeap(tensor)
    if (!(values instanceof Float32Array)) throw new TypeError(`Expected float32, found ${tensor.dtype}.`)
    return values
  }
}

function isWasm(active: KernelBackend): active is BackendWasm {
  return 'wasm' in active && 'typedArrayFromHeap' in active
}
