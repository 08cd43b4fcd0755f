import { describe, expect, it } from 'vitest'
import { catalogEntry, type CatalogModel } from './catalog.ts'
import type { DeviceReport } from './device.ts'
import { fitOf, gpuBytes, type FitQuestion } from './fit.ts'

const gpu: DeviceReport = { kind: 'hardware-webgpu', description: 'a GPU', lacks: null, shaderF16: false }

function entry(id: string): CatalogModel {
  const found = catalogEntry(id)
  if (found === undefined) throw new Error(`${id} is not in the catalogue`)
  return found
}

function fit(id: string, question: Partial<FitQuestion> = {}) {
  return fitOf({ entry: entry(id), role: 'peer', on: 'webllm', probe: gpu, memory: null, ...question })
}

describe('on a GPU', () => {
  it('our library runs 16-bit weights without 16-bit arithmetic', () => {
    expect(fit('Qwen2.5-0.5B-Instruct-q4f16_1-MLC').verdict).toBe('fits')
  })

  it('a model of WebLLM’s library alone needs that arithmetic, by the name of its format', () => {
    expect(fit('gemma3-1b-it-q4f16_1-MLC')).toMatchObject({ verdict: 'no' })
    expect(fit('gemma3-1b-it-q4f16_1-MLC').because).toContain('shader-f16')
    expect(fit('gemma3-1b-it-q4f16_1-MLC', { probe: { ...gpu, shaderF16: true } }).verdict).toBe('fits')
    expect(fit('OLMo-2-0425-1B-Instruct-q4f32_1-MLC').verdict).toBe('fits')
  })

  it('only what the trainer knows can lead', () => {
    expect(fit('OLMo-2-0425-1B-Instruct-q4f32_1-MLC', { role: 'leader' }).because).toContain('a peer only')
    expect(fit('Llama-3.2-1B-Instruct-q4f16_1-MLC', { role: 'leader' }).verdict).toBe('fits')
  })

  it('a leader whose weights are not float32 needs them once more, for the trainer', () => {
    const exact = entry('SmolLM2-135M-Instruct-q0f32-MLC')
    const half = entry('SmolLM2-135M-Instruct-q0f16-MLC')
    expect(gpuBytes({ entry: exact, role: 'leader' })).toBe(exact.memoryBytes)
    expect(gpuBytes({ entry: half, role: 'leader' })).toBe(half.memoryBytes + 4 * half.parameters)
    expect(gpuBytes({ entry: half, role: 'peer' })).toBe(half.memoryBytes)
  })

  it('is said to be tight where the machine has less memory than the model needs', () => {
    expect(fit('Llama-3.2-1B-Instruct-q0f32-MLC', { memory: 4e9 }).verdict).toBe('tight')
    expect(fit('Llama-3.2-1B-Instruct-q0f32-MLC', { memory: 8e9 }).verdict).toBe('fits')
  })

  it('a software adapter is never more than tight', () => {
    expect(
      fit('SmolLM2-135M-Instruct-q0f32-MLC', { probe: { ...gpu, kind: 'software-webgpu' } }).verdict,
    ).toBe('tight')
  })
})

describe('on the processor', () => {
  const none: DeviceReport = { kind: 'no-webgpu', reason: 'this browser has no WebGPU' }
  const onWasm = (id: string) => fit(id, { on: 'wasm', probe: none }).verdict

  it('what WebAssembly cannot hold is refused, what it can is slow', () => {
    expect(onWasm('SmolLM2-135M-Instruct-q0f32-MLC')).toBe('tight')
    expect(onWasm('SmolLM2-360M-Instruct-q4f16_1-MLC')).toBe('no')
  })

  it('there is no way to run a model of WebLLM’s library alone', () => {
    expect(onWasm('OLMo-2-0425-1B-Instruct-q4f32_1-MLC')).toBe('no')
  })
})
