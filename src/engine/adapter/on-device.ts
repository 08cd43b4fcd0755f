/**
 * An adapter's matrices on a GPU device, a buffer each. The trainer writes them there once per update and computes with
 * them, and an engine on the same device copies them from GPU to GPU. The arrays in the adapter stay the truth: who
 * stands on another device, or comes after the buffers were freed, finds nothing here and takes those.
 */
import type { Adapter, AdapterOnDevice } from '../engine.ts'

/** Float32, row-major like the arrays: a [r, in], b [out, r]. */
export interface ModuleBuffers {
  readonly a: GPUBuffer
  readonly b: GPUBuffer
}

export class AdapterBuffers implements AdapterOnDevice {
  readonly kind = 'adapter-buffers'
  readonly #device: GPUDevice
  readonly #modules: Adapter['modules']
  readonly #buffers = new Map<string, ModuleBuffers>()

  constructor(device: GPUDevice, { modules }: Adapter) {
    this.#device = device
    this.#modules = modules
    for (const [path, { a, b }] of modules)
      this.#buffers.set(path, { a: written(device, a), b: written(device, b) })
  }

  /** undefined for a module that the adapter leaves alone. */
  get(path: string): ModuleBuffers | undefined {
    return this.#buffers.get(path)
  }

  /** Not once they are freed. */
  hold(modules: Adapter['modules'], { on }: { readonly on: GPUDevice }): boolean {
    return on === this.#device && modules === this.#modules && this.#buffers.size > 0
  }

  dispose(): void {
    for (const { a, b } of this.#buffers.values()) {
      a.destroy()
      b.destroy()
    }
    this.#buffers.clear()
  }
}

/** Where the adapter lies on this device, if it does. The buffers are their maker's: to read now, not to keep. */
export function buffersOn(device: GPUDevice, { modules, onDevice }: Adapter): AdapterBuffers | null {
  const isThere = onDevice instanceof AdapterBuffers && onDevice.hold(modules, { on: device })
  return isThere ? onDevice : null
}

function written(device: GPUDevice, values: Float32Array): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
  const buffer = device.createBuffer({ size: values.byteLength, usage })
  device.queue.writeBuffer(buffer, 0, values.buffer, values.byteOffset, values.byteLength)
  return buffer
}
