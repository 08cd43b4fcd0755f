/**
 * tfjs' wasm backend keeps its tensors in one heap that JavaScript can read and write. Loops over such views save the
 * copies and the passes over memory that a chain of small tfjs operations costs. A view dies when the heap grows:
 * make every output first, then take the views.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { KernelBackend, Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { backend, engine } from '@tensorflow/tfjs-core'

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

  view(tensor: Tensor): Float32Array {
    const values = this.#backend.typedArrayFromHeap(tensor)
    if (!(values instanceof Float32Array)) throw new TypeError(`Expected float32, found ${tensor.dtype}.`)
    return values
  }
}

function isWasm(active: KernelBackend): active is BackendWasm {
  return 'wasm' in active && 'typedArrayFromHeap' in active
}
