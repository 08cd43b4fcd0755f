/** A model under tfjs: its backend, and an engine whose weights the trainer shares. */
import { getThreadsCount } from '@tensorflow/tfjs-backend-wasm'
import { fitsWasm } from '../engine/device.ts'
import { EngineError } from '../engine/engine.ts'
import type { Kernels } from '../engine/llama/kernels.ts'
import { startBackend } from '../engine/tfjs/backends.ts'
import { createTfjsEngine } from '../engine/tfjs/tfjs-engine.ts'
import { createTokenizer } from '../engine/tokenizer/tokenizer.ts'
import { NoGpuError, type Choice } from './choose-engine.ts'
import type { Loaded, SourceInput } from './load-model.ts'
import type { DeviceReport } from './protocol.ts'
import { siteFile } from './site.ts'

/** The models need more than WebAssembly can address. */
export class TooLargeError extends EngineError {
  override readonly name = 'TooLargeError'
  constructor(readonly model: string) {
    super(`${model} is too large for WebAssembly's memory. Choose a smaller model, or a browser with a GPU.`)
  }
}

/** @throws NoGpuError, TooLargeError */
export async function loadUnderTfjs({ source, chat, choice, role }: SourceInput): Promise<Loaded> {
  const { kernels, device } = await openBackend(choice)
  // Before anything is unpacked.
  const { parameterCount } = chat.info
  if (device.backend === 'wasm' && !fitsWasm({ parameterCount, activationBytes: 0 }))
    throw new TooLargeError(source.id)
  const engine = await createTfjsEngine({ source, tokenizer: createTokenizer(source), kernels })
  const { base } = engine
  const loaded = { engine, device, library: null }
  if (role === 'peer' || base === null) return { ...loaded, training: null }
  const ground = { base, kernels }
  return { ...loaded, training: { ground: () => ground, recover: () => Promise.resolve(false) } }
}

interface OpenedBackend {
  readonly kernels: Kernels
  readonly device: DeviceReport
}

async function openBackend(choice: Choice): Promise<OpenedBackend> {
  if (choice.backend === 'wasm') return openWasm(choice)
  try {
    return await openGpu(choice)
  } catch (error) {
    // A driver's own errors have many classes; whatever it was, the processor can do the work.
    const why = error instanceof Error ? error.message : String(error)
    const because = `The GPU did not start, so the models run on the processor (${why}).`
    return openWasm({ ...choice, because })
  }
}

/** For the models, or for a trainer beside another engine. */
export async function openWasm({
  engine,
  because,
}: Pick<Choice, 'engine' | 'because'>): Promise<OpenedBackend> {
  const kernels = await startBackend({ name: 'wasm', wasmFolder: wasmFolder() })
  const threads = Math.max(1, getThreadsCount())
  return { kernels, device: { engine, backend: 'wasm', threads, because } }
}

async function openGpu({ engine, because }: Choice): Promise<OpenedBackend> {
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter === null) throw new NoGpuError('no adapter was found')
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  })
  const kernels = await startBackend({ name: 'webgpu', device, adapterInfo: adapter.info })
  return { kernels, device: { engine, backend: 'webgpu', threads: 1, because } }
}

/** `vite.config.ts` puts tfjs' files there. */
function wasmFolder(): string {
  return siteFile('wasm/')
}
