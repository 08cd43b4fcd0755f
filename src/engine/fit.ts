/**
 * Will a model run on this device, before anything is fetched? An estimate from the catalogue's figures: a browser tells
 * what it can compute with, and not how much GPU memory there is.
 */
import type { CatalogModel } from './catalog.ts'
import { fitsWasm, type DeviceReport } from './device.ts'

export interface Fit {
  readonly verdict: 'fits' | 'tight' | 'no'
  /** One sentence. */
  readonly because: string
}

export interface FitQuestion {
  readonly entry: Pick<CatalogModel, 'architecture' | 'format' | 'parameters' | 'memoryBytes' | 'id'>
  readonly role: 'leader' | 'peer'
  /** What runs the models: WebLLM on the GPU, or tfjs on the processor. */
  readonly on: 'webllm' | 'wasm'
  readonly probe: DeviceReport
  /** The machine's memory in bytes as far as the browser tells; null where it does not. */
  readonly memory: number | null
}

/** Below this much of what WebAssembly can address, a model of the processor answers within a lesson. */
const quickParameters = 2e7

export function fitOf({ entry, role, on, probe, memory }: FitQuestion): Fit {
  if (entry.architecture === null) {
    if (role === 'leader')
      return no('It can be a peer only: the trainer knows Llama, Qwen2 and Qwen3, and this is none of them.')
    if (on === 'wasm') return no('It needs a GPU: only WebLLM’s own library runs it.')
    if (/f16/.test(entry.format) && !(probe.kind !== 'no-webgpu' && probe.shaderF16))
      return no('Its library computes in 16 bits, which this device cannot (shader-f16).')
  }
  if (on === 'wasm') return onWasm(entry.parameters)
  const bytes = gpuBytes({ entry, role })
  const need = `It needs about ${gigabytes(bytes)} of GPU memory`
  if (probe.kind === 'software-webgpu')
    return { verdict: 'tight', because: `${need}, and WebGPU is only emulated here: it will be very slow.` }
  if (memory !== null && bytes > memory)
    return { verdict: 'tight', because: `${need}, more than this machine is likely to have.` }
  return { verdict: 'fits', because: `${need}; the browser does not tell how much there is.` }
}

/** WebLLM's own need, and for the leader the trainer's weights where it cannot share WebLLM's. */
export function gpuBytes({ entry, role }: Pick<FitQuestion, 'entry' | 'role'>): number {
  const trainer = role === 'leader' && entry.format !== 'q0f32' ? 4 * entry.parameters : 0
  return entry.memoryBytes + trainer
}

function onWasm(parameterCount: number): Fit {
  const bytes = `${gigabytes(4 * parameterCount)} of weights`
  if (!fitsWasm({ parameterCount, activationBytes: 0 }))
    return no(`On the processor its ${bytes} do not fit into WebAssembly’s memory.`)
  if (parameterCount > quickParameters)
    return {
      verdict: 'tight',
      because: `It fits (${bytes}), but on the processor every token takes a while.`,
    }
  return { verdict: 'fits', because: `It fits (${bytes}).` }
}

function no(because: string): Fit {
  return { verdict: 'no', because }
}

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
