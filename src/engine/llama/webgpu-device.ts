/** The GPU device that tfjs computes on, for what is shared with others on it. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu'
import type { KernelBackend } from '@tensorflow/tfjs-core'
import { backend } from '@tensorflow/tfjs-core'

/** null when another backend is active. */
export function deviceOfTfjs(): GPUDevice | null {
  const active: KernelBackend = backend()
  return isWebGpu(active) ? active.device : null
}

/** Sends what tfjs has collected to the queue: before a buffer of somebody else's is freed that it was given to read. */
export function flushTfjs(): void {
  const active: KernelBackend = backend()
  if (!isWebGpu(active)) return
  active.ensureCommandEncoderReady()
  active.endComputePassEncoder()
  active.submitQueue()
}

function isWebGpu(active: KernelBackend): active is WebGPUBackend {
  return 'device' in active && 'uploadToGPU' in active
}
