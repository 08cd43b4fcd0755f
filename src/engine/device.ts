/**
 * What this browser can compute with. A software WebGPU adapter must never pass for a GPU: it is slower than wasm, and
 * a page that boasts of a GPU it does not have misleads. The adapter is injected, so that tests need none.
 */
import { EngineError } from './engine.ts'

/** What `navigator.gpu` offered, reduced to what the choice needs. */
export type DeviceReport =
  | {
      readonly kind: 'hardware-webgpu' | 'software-webgpu'
      readonly description: string
      readonly lacks: Lack
      /** It computes in 16 bits, as WebLLM's own libraries for q0f16 and q4f16_1 do. */
      readonly shaderF16: boolean
    }
  | { readonly kind: 'no-webgpu'; readonly reason: string }

/** The first limit of WebLLM's that the adapter does not reach, in words; null = it can run WebLLM. */
export type Lack = string | null

export interface AdapterDescription {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
  /** Undefined in browsers that do not say. */
  readonly isFallbackAdapter?: boolean | undefined
}

/** What WebLLM 0.2.86 asks of a device at the least. */
const webLlmLimits = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxComputeWorkgroupStorageSize: 2 ** 15,
  maxStorageBuffersPerShaderStage: 10,
} as const

export function lackForWebLlm(limits: Readonly<Record<keyof typeof webLlmLimits, number>>): Lack {
  for (const name of [
    'maxBufferSize',
    'maxStorageBufferBindingSize',
    'maxComputeWorkgroupStorageSize',
    'maxStorageBuffersPerShaderStage',
  ] as const)
    if (limits[name] < webLlmLimits[name])
      return `its ${name} is ${limits[name]}, and WebLLM needs ${webLlmLimits[name]}`
  return null
}

/** No WebGPU, or too little of it. */
export class WebGpuMissingError extends EngineError {
  override readonly name = 'WebGpuMissingError'
  constructor(readonly reason: string) {
    super(`WebLLM needs WebGPU, but ${reason}. Take “engine” out of the address, or try another browser.`)
  }
}

const softwareNames = /swiftshader|llvmpipe|lavapipe|basic render|\bwarp\b|software/i

export function isSoftwareAdapter(info: AdapterDescription): boolean {
  if (info.isFallbackAdapter === true) return true
  return softwareNames.test([info.vendor, info.architecture, info.device, info.description].join(' '))
}

/** Looks for an adapter without creating a device; never throws. */
export async function probeDevice(gpu: Pick<GPU, 'requestAdapter'> | undefined): Promise<DeviceReport> {
  if (gpu === undefined) return { kind: 'no-webgpu', reason: 'this browser has no WebGPU' }
  try {
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
    if (adapter === null) return { kind: 'no-webgpu', reason: 'the browser offers no WebGPU adapter' }
    const { info } = adapter
    const description = [info.vendor, info.architecture, info.description].filter(Boolean).join(' ')
    const kind = isSoftwareAdapter(info) ? 'software-webgpu' : 'hardware-webgpu'
    const shaderF16 = adapter.features.has('shader-f16')
    return { kind, description, lacks: lackForWebLlm(adapter.limits), shaderF16 }
  } catch (error) {
    return { kind: 'no-webgpu', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** The backend of leader, trainer and rollouts that follows from a report (design: "Which one runs"). */
export function backendFor(report: DeviceReport): 'webgpu' | 'wasm' {
  return report.kind === 'hardware-webgpu' ? 'webgpu' : 'wasm'
}

/** Weights as f32, XNNPACK's packed copy and room to work: what a model needs on wasm. */
const wasmWeightCopies = 3
const wasmLimitBytes = 3.5 * 1024 ** 3

/** Whether a model fits the wasm heap; `activationBytes` is what computing needs on top. */
export function fitsWasm(model: {
  readonly parameterCount: number
  readonly activationBytes: number
}): boolean {
  return wasmWeightCopies * 4 * model.parameterCount + model.activationBytes <= wasmLimitBytes
}
