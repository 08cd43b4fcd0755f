/**
 * Starts the backend that follows from what the browser has (`engine/device.ts`), or the one that the address asks
 * for, and says why in a sentence for people.
 */
import { getThreadsCount } from '@tensorflow/tfjs-backend-wasm'
import { backendFor, fitsWasm, probeDevice, type DeviceReport as Probe } from '../engine/device.ts'
import { EngineError, type ModelInfo } from '../engine/engine.ts'
import type { Kernels } from '../engine/llama/kernels.ts'
import { startBackend } from '../engine/tfjs/backends.ts'
import type { BackendName, DeviceReport } from './protocol.ts'

export interface OpenedDevice {
  readonly kernels: Kernels
  readonly report: DeviceReport
}

/** WebGPU was asked for, and the browser gives no device. */
export class NoGpuError extends EngineError {
  override readonly name = 'NoGpuError'
  constructor(readonly reason: string) {
    super(`WebGPU was asked for, but ${reason}. Take “backend” out of the address, or try another browser.`)
  }
}

/** The models need more than WebAssembly can address. */
export class TooLargeError extends EngineError {
  override readonly name = 'TooLargeError'
  constructor(readonly model: string) {
    super(`${model} is too large for WebAssembly's memory. Choose a smaller model, or a browser with a GPU.`)
  }
}

export async function openDevice(wanted: BackendName | null): Promise<OpenedDevice> {
  if (wanted === 'wasm') return openWasm('The address asks for the processor.')
  const gpu = gpuHere()
  const probe = await probeDevice(gpu)
  if (wanted === 'webgpu') {
    if (probe.kind === 'no-webgpu' || gpu === undefined) throw new NoGpuError(reasonOf(probe))
    return openGpu(gpu, 'The address asks for WebGPU.')
  }
  if (backendFor(probe) === 'wasm' || gpu === undefined) return openWasm(sentenceOf(probe))
  try {
    return await openGpu(gpu, sentenceOf(probe))
  } catch (error) {
    // A driver's own errors have many classes; whatever it was, the processor can do the work.
    const why = error instanceof Error ? error.message : String(error)
    return openWasm(`The GPU did not start, so the models run on the processor (${why}).`)
  }
}

/** @throws TooLargeError */
export function checkFits(
  backend: BackendName,
  { id, parameterCount }: Pick<ModelInfo, 'id' | 'parameterCount'>,
) {
  if (backend === 'wasm' && !fitsWasm({ parameterCount, activationBytes: 0 })) throw new TooLargeError(id)
}

function sentenceOf(probe: Probe): string {
  switch (probe.kind) {
    case 'hardware-webgpu':
      return `A GPU was found (${probe.description}).`
    case 'software-webgpu':
      return 'WebGPU is only emulated here, which is slower than the processor, so the models run on the processor.'
    case 'no-webgpu':
      return `The models run on the processor, because ${probe.reason}.`
  }
}

function reasonOf(probe: Probe): string {
  return probe.kind === 'no-webgpu' ? probe.reason : 'no adapter was found'
}

async function openWasm(because: string): Promise<OpenedDevice> {
  const kernels = await startBackend({ name: 'wasm', wasmFolder: wasmFolder() })
  return { kernels, report: { backend: 'wasm', threads: Math.max(1, getThreadsCount()), because } }
}

async function openGpu(gpu: GPU, because: string): Promise<OpenedDevice> {
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw new NoGpuError('no adapter was found')
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  })
  const kernels = await startBackend({ name: 'webgpu', device, adapterInfo: adapter.info })
  return { kernels, report: { backend: 'webgpu', threads: 1, because } }
}

/** TypeScript's types promise it; browsers without WebGPU and insecure pages do not have it. */
function gpuHere(): GPU | undefined {
  return 'gpu' in navigator ? navigator.gpu : undefined
}

/** `vite.config.ts` puts tfjs' files there. */
function wasmFolder(): string {
  return new URL(`${import.meta.env.BASE_URL}wasm/`, self.location.origin).href
}
