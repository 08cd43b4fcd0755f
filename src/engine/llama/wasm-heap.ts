/**
 * tfjs' wasm backend keeps its tensors in one heap that JavaScript can read and write. Loops over such views save the
 * copies and the passes over memory that a chain of small tfjs operations costs. A view dies when the heap grows:
 * make every output first, then take the views.
 */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { KernelBackend, Tensor2D, TensorInfo } from '@tensorflow/tfjs-core'
import { backend, engine } from '@tensorflow/tfjs-core'

/** A matrix that is read or written again and again. */
export interface Scratch {
  readonly info: TensorInfo
  readonly rows: number
  readonly columns: number
  values: Float32Array
}

/** tfjs' own entry for a product of [1, m, k] and [1, k, n]; shapes are addresses of three 32-bit numbers. */
interface ProductModule {
  _BatchMatMul(
    ...args: [
      ...[a: number, aShape: number, aRank: number, b: number, bShape: number, bRank: number],
      ...[transposeA: 0 | 1, transposeB: 0 | 1, out: number],
    ]
  ): void
}

export class WasmHeap {
  readonly #backend: BackendWasm
  readonly #module: BackendWasm['wasm'] & ProductModule
  /** By rows, then columns. A dozen bytes each, for as long as the backend lives. */
  readonly #shapes = new Map<number, Map<number, number>>()

  private constructor(wasm: BackendWasm, module: BackendWasm['wasm'] & ProductModule) {
    this.#backend = wasm
    this.#module = module
  }

  /** null when another backend is active. */
  static open(): WasmHeap | null {
    const active: KernelBackend = backend()
    if (!isWasm(active)) return null
    if (!hasProduct(active.wasm)) throw new TypeError('This version of the wasm backend has no product.')
    return new WasmHeap(active, active.wasm)
  }

  /** Uninitialised memory. */
  matrix(rows: number, columns: number): Tensor2D {
    const output = this.#backend.makeOutput([rows, columns], 'float32')
    return engine().makeTensorFromTensorInfo(output, this.#backend) as Tensor2D
  }

  /** Memory that tfjs does not count, for many small matrices per token. `free` it. */
  scratch(rows: number, columns: number): Scratch {
    return this.watched(this.#backend.makeOutput([rows, columns], 'float32'))
  }

  /** A tensor whose numbers are read again and again. */
  watched(info: TensorInfo): Scratch {
    const [rows = 0, columns = 0] = info.shape
    return { info, rows, columns, values: this.view(info) }
  }

  free({ info }: Scratch): void {
    this.#backend.disposeData(info.dataId)
  }

  /** The numbers, wherever a grown heap has them now. */
  valuesOf(scratch: Scratch): Float32Array {
    // A heap that grew leaves views of length 0 behind.
    if (scratch.values.length === 0) scratch.values = this.view(scratch.info)
    return scratch.values
  }

  /**
   * out = a · b by tfjs' kernel, called as tfjs calls it but without the checks, reshapes and copied shapes around it,
   * which cost several times the small product itself.
   */
  multiply(a: Scratch, b: TensorInfo, out: Scratch): void {
    const [inner = 0, columns = 0] = b.shape
    const aShape = this.#shapePointer(a.rows, inner)
    const bShape = this.#shapePointer(inner, columns)
    const { _BatchMatMul: product } = this.#module
    product(this.#idOf(a.info), aShape, 3, this.#idOf(b), bShape, 3, 0, 0, this.#idOf(out.info))
  }

  view(tensor: TensorInfo): Float32Array {
    const values = this.#backend.typedArrayFromHeap(tensor)
    if (!(values instanceof Float32Array)) throw new TypeError(`Expected float32, found ${tensor.dtype}.`)
    return values
  }

  #idOf({ dataId }: TensorInfo): number {
    return this.#backend.dataIdMap.get(dataId).id
  }

  /** Address of [1, rows, columns]. */
  #shapePointer(rows: number, columns: number): number {
    const byColumns = this.#shapes.get(rows) ?? new Map<number, number>()
    this.#shapes.set(rows, byColumns)
    const known = byColumns.get(columns)
    if (known !== undefined) return known
    const shape = Int32Array.of(1, rows, columns)
    const { dataId } = this.#backend.makeOutput([3], 'int32', undefined, shape)
    const at = this.#backend.getMemoryOffset(dataId)
    byColumns.set(columns, at)
    return at
  }
}

function hasProduct(module: BackendWasm['wasm']): module is BackendWasm['wasm'] & ProductModule {
  return '_BatchMatMul' in module
}

function isWasm(active: KernelBackend): active is BackendWasm {
  return 'wasm' in active && 'typedArrayFromHeap' in active
}
