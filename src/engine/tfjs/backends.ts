/**
 * Starts a tfjs backend. The wasm files come from an address that the caller gives (a URL in a browser, a folder in
 * Node), because only the caller knows where its bundler put them. WebGPU is loaded on demand: it needs a browser, and
 * its code is as large as everything else together.
 */
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { getBackend, ready, registerBackend, removeBackend, setBackend } from '@tensorflow/tfjs-core'
import { EngineError } from '../engine.ts'
import type { Kernels } from '../llama/kernels.ts'
import { plainKernels } from '../llama/kernels-plain.ts'
import { wasmKernels } from '../llama/kernels-wasm.ts'
import { WasmHeap } from '../llama/wasm-heap.ts'

export type BackendChoice =
  | {
      readonly name: 'wasm'
      /** Folder or URL prefix of tfjs-backend-wasm's three .wasm files, with its closing slash. */
      readonly wasmFolder: string
      /** Counts only in a cross-origin isolated page; Node always runs one. */
      readonly threads?: number
    }
  | {
      readonly name: 'webgpu'
      /** A device to share, so that weights and adapters need no copies between libraries. */
      readonly device: GPUDevice
      readonly adapterInfo: GPUAdapterInfo
    }

export class BackendError extends EngineError {
  override readonly name = 'BackendError'
  constructor(
    readonly backend: string,
    readonly reason: string,
  ) {
    super(`tfjs' ${backend} backend did not start (${reason}). Choose another engine in the settings.`)
  }
}

/** Starts the backend, unless it is running, and gives the kernels for it. One backend per worker. */
export async function startBackend(choice: BackendChoice): Promise<Kernels> {
  if (getBackendOrNull() !== choice.name) {
    if (choice.name === 'wasm') {
      setWasmPaths(choice.wasmFolder)
      if (choice.threads !== undefined) setThreadsCount(choice.threads)
    } else {
      const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
      // The module registers a backend with a device of its own when it is loaded, and tfjs keeps the first.
      removeBackend('webgpu')
      registerBackend('webgpu', () => new WebGPUBackend(choice.device, choice.adapterInfo))
    }
    const started = await setBackend(choice.name)
    if (!started) throw new BackendError(choice.name, 'it is not supported here')
    await ready()
  }
  return activeKernels()
}

/** Kernels for the backend that runs now. */
export function activeKernels(): Kernels {
  const heap = WasmHeap.open()
  return heap === null ? plainKernels() : wasmKernels(heap)
}

function getBackendOrNull(): string | null {
  try {
    return getBackend()
  } catch {
    return null
  }
}
