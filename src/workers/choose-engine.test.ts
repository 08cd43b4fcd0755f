/** Which engine runs where: the device decides, the address has the last word. */
import { describe, expect, it } from 'vitest'
import { WebGpuMissingError, type DeviceReport as Probe } from '../engine/device.ts'
import { chooseEngine, NoGpuError } from './choose-engine.ts'
import type { Wanted } from './protocol.ts'

const hardware: Probe = {
  kind: 'hardware-webgpu',
  description: 'nvidia ampere',
  lacks: null,
  shaderF16: true,
}
const software: Probe = { kind: 'software-webgpu', description: 'swiftshader', lacks: null, shaderF16: false }
const none: Probe = { kind: 'no-webgpu', reason: 'this browser has no WebGPU' }
const weak: Probe = { ...hardware, lacks: 'its maxBufferSize is 1, and WebLLM needs 268435456' }
const nothing: Wanted = { engine: null, backend: null, library: null }

describe('the choice of an engine', () => {
  it.each([
    { probe: hardware, runs: ['webllm', 'webgpu'] },
    { probe: weak, runs: ['tfjs', 'webgpu'] },
    { probe: software, runs: ['tfjs', 'wasm'] },
    { probe: none, runs: ['tfjs', 'wasm'] },
  ])('follows from the device where the address says nothing: $runs', ({ probe, runs }) => {
    const { engine, backend, because } = chooseEngine(probe, nothing)
    expect([engine, backend]).toEqual(runs)
    expect(because).toMatch(/^[A-Z].*\.$/)
  })

  it.each([hardware, software])('WebLLM runs wherever WebGPU is, if the address asks for it', (probe) => {
    expect(chooseEngine(probe, { ...nothing, engine: 'webllm' })).toMatchObject({
      engine: 'webllm',
      backend: 'webgpu',
    })
  })

  it('the trainer of a leader under WebLLM can be kept on the processor', () => {
    expect(chooseEngine(hardware, { ...nothing, engine: 'webllm', backend: 'wasm' })).toMatchObject({
      engine: 'webllm',
      backend: 'wasm',
    })
  })

  it.each([
    { probe: none, named: 'has no WebGPU' },
    { probe: weak, named: 'maxBufferSize' },
  ])('WebLLM asked for in vain is an error that names the lack and the way on', ({ probe, named }) => {
    const choose = () => chooseEngine(probe, { ...nothing, engine: 'webllm' })
    expect(choose).toThrow(WebGpuMissingError)
    expect(choose).toThrow(named)
    expect(choose).toThrow('Take “engine” out of the address')
  })

  it('a backend in the address is for tfjs, with or without its name', () => {
    for (const engine of [null, 'tfjs'] as const)
      for (const backend of ['wasm', 'webgpu'] as const)
        expect(chooseEngine(hardware, { ...nothing, engine, backend })).toMatchObject({
          engine: 'tfjs',
          backend,
        })
    expect(() => chooseEngine(none, { ...nothing, backend: 'webgpu' })).toThrow(NoGpuError)
  })

  it('tfjs asked for takes the GPU only where there is one', () => {
    const wanted: Wanted = { ...nothing, engine: 'tfjs' }
    expect(chooseEngine(hardware, wanted).backend).toBe('webgpu')
    expect(chooseEngine(software, wanted).backend).toBe('wasm')
    expect(chooseEngine(none, wanted).backend).toBe('wasm')
  })
})
