/**
 * Runs one kernel of the model library alone, the way tvmjs would: buffers at the bindings in order, then the numbers of
 * `Pods` and the grid's size in one uniform, and explicit layouts.
 */
import { kernelInfo, kernelText } from '../../scripts/kernel-text.mjs'
import type { Format } from '../../scripts/kernel-text.mjs'

const files = import.meta.glob<string>('../../assembly/kernels/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
})
export const kernelSources = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [path.split('/').at(-1) ?? path, text]),
)

/** Numbers as they lie in a buffer. */
export interface KernelBuffer {
  readonly type: 'f32' | 'i32' | 'u32'
  readonly values: readonly number[]
}

export interface KernelRun {
  readonly kernel: string
  readonly format?: Format
  readonly buffers: readonly KernelBuffer[]
  readonly pods: readonly number[]
  /** Workgroups. */
  readonly grid: readonly [number, number]
}

const arrays = { f32: Float32Array, i32: Int32Array, u32: Uint32Array }
let device: Promise<GPUDevice> | null = null

async function openDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter()
  if (adapter === null) throw new Error('This browser offers no WebGPU adapter.')
  return adapter.requestDevice({ requiredLimits: { maxStorageBuffersPerShaderStage: 10 } })
}

/** The buffers that the kernel may write, by binding, as they are afterwards. */
export async function runKernel(run: KernelRun): Promise<Record<number, number[]>> {
  device ??= openDevice()
  const gpu = await device
  const text = kernelText(kernelSources, run.kernel, run.format ?? 'q0f32')
  const info = kernelInfo(run.kernel, text)
  const writes = JSON.parse(info.launch_param_tags[2]?.replace('paramWriteAccess:', '') ?? '[]') as number[]
  gpu.pushErrorScope('validation')
  const buffers = run.buffers.map(({ type, values }) => filled(gpu, arrays[type].from(values)))
  const uniform = filled(gpu, podBytes(info.arg_types, run), GPUBufferUsage.UNIFORM)
  const layout = gpu.createBindGroupLayout({
    entries: [...buffers, uniform].map((_, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: {
        type: binding === buffers.length ? 'uniform' : writes[binding] ? 'storage' : 'read-only-storage',
      },
    })),
  })
  const pipeline = await gpu.createComputePipelineAsync({
    layout: gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: gpu.createShaderModule({ code: text }), entryPoint: run.kernel },
  })
  const encoder = gpu.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  const entries = [...buffers, uniform].map((buffer, binding) => ({ binding, resource: { buffer } }))
  pass.setBindGroup(0, gpu.createBindGroup({ layout, entries }))
  pass.dispatchWorkgroups(...run.grid)
  pass.end()
  gpu.queue.submit([encoder.finish()])
  const results: Record<number, number[]> = {}
  for (const [binding, buffer] of buffers.entries())
    if (writes[binding]) results[binding] = await read(gpu, buffer, run.buffers[binding]?.type ?? 'f32')
  const error = await gpu.popErrorScope()
  if (error !== null) throw new Error(`${run.kernel}: ${error.message}`)
  for (const buffer of [...buffers, uniform]) buffer.destroy()
  return results
}

function podBytes(argumentTypes: readonly string[], { pods, grid, kernel }: KernelRun): Int32Array {
  const types = argumentTypes.filter((type) => type !== 'handle')
  if (types.length !== pods.length)
    throw new Error(`${kernel} takes ${types.length} numbers, not ${pods.length}`)
  const view = new DataView(new ArrayBuffer(4 * (pods.length + 1)))
  for (const [i, value] of pods.entries())
    if (types[i] === 'float32') view.setFloat32(4 * i, value, true)
    else view.setInt32(4 * i, value, true)
  view.setUint32(4 * pods.length, grid[0], true)
  return new Int32Array(view.buffer)
}

type Numbers = Float32Array | Int32Array | Uint32Array

function filled(gpu: GPUDevice, values: Numbers, usage: number = GPUBufferUsage.STORAGE): GPUBuffer {
  const buffer = gpu.createBuffer({
    size: Math.max(16, values.byteLength),
    usage: usage | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  })
  gpu.queue.writeBuffer(buffer, 0, values.buffer, values.byteOffset, values.byteLength)
  return buffer
}

async function read(gpu: GPUDevice, source: GPUBuffer, type: KernelBuffer['type']): Promise<number[]> {
  const { size } = source
  const target = gpu.createBuffer({ size, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST })
  const encoder = gpu.createCommandEncoder()
  encoder.copyBufferToBuffer(source, 0, target, 0, size)
  gpu.queue.submit([encoder.finish()])
  await target.mapAsync(GPUMapMode.READ)
  const values = [...new arrays[type](target.getMappedRange())]
  target.destroy()
  return values
}
