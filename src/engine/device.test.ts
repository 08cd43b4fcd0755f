/** A software adapter never passes for a GPU. */
import { describe, expect, it } from 'vitest'
import { backendFor, fitsWasm, isSoftwareAdapter, lackForWebLlm, probeDevice } from './device.ts'

const nothing = { vendor: '', architecture: '', device: '', description: '' }
/** What WebLLM asks for, exactly. */
const enough = {
  maxBufferSize: 268_435_456,
  maxStorageBufferBindingSize: 134_217_728,
  maxComputeWorkgroupStorageSize: 32_768,
  maxStorageBuffersPerShaderStage: 10,
}
const found = (info: object, features: readonly string[] = []): Pick<GPU, 'requestAdapter'> => ({
  requestAdapter: () =>
    Promise.resolve({ info, limits: enough, features: new Set(features) } as unknown as GPUAdapter),
})

describe('the device', () => {
  it.each([
    { ...nothing, vendor: 'google', architecture: 'swiftshader' },
    { ...nothing, vendor: 'mesa', description: 'llvmpipe (LLVM 19.1, 256 bits)' },
    { ...nothing, description: 'lavapipe' },
    { ...nothing, description: 'Microsoft Basic Render Driver' },
    { ...nothing, vendor: 'nvidia', isFallbackAdapter: true },
  ])('is software: %o', async (info) => {
    expect(isSoftwareAdapter(info)).toBe(true)
    const report = await probeDevice(found(info))
    expect(report.kind).toBe('software-webgpu')
    expect(backendFor(report)).toBe('wasm')
  })

  it.each([
    { ...nothing, vendor: 'nvidia', architecture: 'ampere' },
    { ...nothing, vendor: 'apple', architecture: 'metal-3' },
    { ...nothing, vendor: 'intel', architecture: 'gen-12lp', isFallbackAdapter: false },
  ])('is hardware: %o', async (info) => {
    const report = await probeDevice(found(info))
    expect(report.kind).toBe('hardware-webgpu')
    expect(backendFor(report)).toBe('webgpu')
  })

  it('is none without WebGPU, without an adapter, and when the browser throws', async () => {
    const none = [
      undefined,
      { requestAdapter: () => Promise.resolve(null) },
      { requestAdapter: () => Promise.reject(new Error('blocked')) },
    ]
    for (const gpu of none) {
      const report = await probeDevice(gpu)
      expect(report.kind).toBe('no-webgpu')
      expect(backendFor(report)).toBe('wasm')
    }
  })

  it('can run WebLLM with its least limits, and says which one is missing', async () => {
    expect(await probeDevice(found({ vendor: 'nvidia' }))).toMatchObject({ lacks: null })
    for (const name of ['maxBufferSize', 'maxStorageBuffersPerShaderStage'] as const)
      expect(lackForWebLlm({ ...enough, [name]: enough[name] - 1 })).toContain(name)
  })

  it('computes in 16 bits where the adapter says so', async () => {
    expect(await probeDevice(found({ vendor: 'nvidia' }))).toMatchObject({ shaderF16: false })
    expect(await probeDevice(found({ vendor: 'nvidia' }, ['shader-f16']))).toMatchObject({ shaderF16: true })
  })

  it('has room on wasm for 135 million parameters, not for 500', () => {
    expect(fitsWasm({ parameterCount: 135e6, activationBytes: 1e9 })).toBe(true)
    expect(fitsWasm({ parameterCount: 500e6, activationBytes: 0 })).toBe(false)
  })
})
