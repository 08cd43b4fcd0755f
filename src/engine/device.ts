/**
 * What this browser can compute with. A software WebGPU adapter must never pass for a GPU: it is slower than wasm, and
 * a page that boasts of a GPU it does not have misleads. The adapter is injected, so that tests need none.
 */

/** What `navigator.gpu` offered, reduced to what the choice needs. */
export type DeviceReport =
  | { readonly kind: 'hardware-webgpu'; readonly description: string }
  | { readonly kind: 'software-webgpu'; readonly description: string }
  | { readonly kind: 'no-webgpu'; readonly reason: string }

export interface AdapterDescription {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
  /** Undefined in browsers that do not say. */
  readonly isFallbackAdapter?: boolean | undefined
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
    return { kind: isSoftwareAdapter(info) ? 'software-webgpu' : 'hardware-webgpu', description }
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
