/**
 * Which engine runs the models and on what tfjs computes: what the address asks for, else what follows from the device.
 * WebLLM needs a GPU to be worth its download; on a software adapter it is for those who ask for it. Pure: the device
 * has been probed before.
 */
import { backendFor, WebGpuMissingError, type DeviceReport as Probe } from '../engine/device.ts'
import { EngineError } from '../engine/engine.ts'
import type { BackendName, DeviceReport, Wanted } from './protocol.ts'

export type Choice = Omit<DeviceReport, 'threads'>

/** WebGPU was asked for, and the browser gives no device. */
export class NoGpuError extends EngineError {
  override readonly name = 'NoGpuError'
  constructor(readonly reason: string) {
    super(`WebGPU was asked for, but ${reason}. Take “backend” out of the address, or try another browser.`)
  }
}

/** @throws WebGpuMissingError, NoGpuError */
export function chooseEngine(probe: Probe, { engine, backend }: Pick<Wanted, 'engine' | 'backend'>): Choice {
  if (engine === 'webllm') return askedWebLlm(probe, backend)
  if (backend === 'webgpu' && probe.kind === 'no-webgpu') throw new NoGpuError(probe.reason)
  if (backend === 'wasm')
    return {
      engine: 'tfjs',
      backend,
      because: 'The address asks for the processor, where TensorFlow.js runs the models.',
    }
  if (backend === 'webgpu')
    return {
      engine: 'tfjs',
      backend,
      because: 'The address asks for WebGPU, where TensorFlow.js runs the models.',
    }
  if (engine === 'tfjs')
    return {
      engine,
      backend: backendFor(probe),
      because: `The address asks for TensorFlow.js. ${findingOf(probe)}`,
    }
  return byDevice(probe)
}

/** WebLLM was the device's choice and does not start: tfjs on the same device, or on the processor. */
export function choiceWithoutWebLlm(reason: string): Choice {
  const because = `A GPU was found, but WebLLM did not start on it, so TensorFlow.js runs the models (${reason}).`
  return { engine: 'tfjs', backend: 'webgpu', because }
}

function askedWebLlm(probe: Probe, backend: BackendName | null): Choice {
  if (probe.kind === 'no-webgpu') throw new WebGpuMissingError(probe.reason)
  if (probe.lacks !== null) throw new WebGpuMissingError(`of this device ${probe.lacks}`)
  const because = `The address asks for WebLLM. ${findingOf(probe)}`
  return { engine: 'webllm', backend: backend ?? 'webgpu', because }
}

function byDevice(probe: Probe): Choice {
  switch (probe.kind) {
    case 'hardware-webgpu': {
      if (probe.lacks === null)
        return {
          engine: 'webllm',
          backend: 'webgpu',
          because: `WebLLM runs the models, because a GPU was found (${probe.description}).`,
        }
      const because = `A GPU was found (${probe.description}), but ${probe.lacks}, so TensorFlow.js runs the models on it.`
      return { engine: 'tfjs', backend: 'webgpu', because }
    }
    case 'software-webgpu':
    case 'no-webgpu': {
      const because = `${findingOf(probe)} So TensorFlow.js runs the models on the processor.`
      return { engine: 'tfjs', backend: 'wasm', because }
    }
  }
}

function findingOf(probe: Probe): string {
  switch (probe.kind) {
    case 'hardware-webgpu':
      return `A GPU was found (${probe.description}).`
    case 'software-webgpu':
      return 'WebGPU is only emulated here, which is slower than the processor.'
    case 'no-webgpu':
      return `There is no WebGPU to use: ${probe.reason}.`
  }
}
