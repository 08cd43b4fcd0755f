/**
 * An adapter for a library that has no LoRA parameters: W = W0 + scale · B A, written into WebLLM's live weights, always
 * from a pristine copy of W0 and never by increments, which would drift. Unquantised formats only: rounding to 4 bits
 * would take most of an adapter away, and rounding to 16 takes some. Costs a copy of every adapted matrix.
 */
import { AdapterBuffers, buffersOn } from '../adapter/on-device.ts'
import { checkAdapter } from '../adapter/peft.ts'
import type { Adapter } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import type { WebLlmInternals } from './internals.ts'
import { adaptedMatrices, type AdaptedMatrix, type LoraSink } from './lora-sink.ts'

/** The formats whose weights can be merged in place. */
export type MergeableFormat = 'q0f32' | 'q0f16'

/** One thread per stored word: one f32, or two f16. `start` and `rows` cut a module out of a fused matrix. */
function kernelText(format: MergeableFormat): string {
  const body =
    format === 'q0f32'
      ? 'live[at] = bitcast<u32>(bitcast<f32>(pristine[at]) + delta(thread.y, column));'
      : `let sum = unpack2x16float(pristine[at]) + vec2f(delta(thread.y, column), delta(thread.y, column + 1u));
         live[at] = pack2x16float(sum);`
  const perWord = format === 'q0f32' ? 1 : 2
  return `
    struct Pods { start: u32, inputs: u32, rank: u32, scale: f32 }
    @group(0) @binding(0) var<storage, read> pristine: array<u32>;
    @group(0) @binding(1) var<storage, read> a: array<f32>;
    @group(0) @binding(2) var<storage, read> b: array<f32>;
    @group(0) @binding(3) var<storage, read_write> live: array<u32>;
    @group(0) @binding(4) var<uniform> pods: Pods;
    fn delta(row: u32, column: u32) -> f32 {
      var sum = 0.0;
      for (var k = 0u; k < pods.rank; k++) { sum += b[row * pods.rank + k] * a[k * pods.inputs + column]; }
      return pods.scale * sum;
    }
    @compute @workgroup_size(64) fn merge(@builtin(global_invocation_id) thread: vec3u) {
      let column = thread.x * ${perWord}u;
      if (column >= pods.inputs) { return; }
      let at = ((pods.start + thread.y) * pods.inputs + column) / ${perWord}u;
      ${body}
    }`
}

export class MergeLoraSink implements LoraSink {
  readonly #internals: WebLlmInternals
  readonly #source: ModelSource
  readonly #wordsPerNumber: number
  readonly #pipeline: GPUComputePipeline
  /** Copies of W0, made when a matrix is first adapted. */
  readonly #pristine = new Map<string, GPUBuffer>()

  constructor(internals: WebLlmInternals, source: ModelSource, format: MergeableFormat) {
    const { device } = internals
    this.#internals = internals
    this.#source = source
    this.#wordsPerNumber = format === 'q0f32' ? 1 : 1 / 2
    const module = device.createShaderModule({ code: kernelText(format) })
    this.#pipeline = device.createComputePipeline({ layout: 'auto', compute: { module } })
  }

  apply(adapter: Adapter): void {
    checkAdapter(adapter, this.#source)
    this.remove()
    const { device } = this.#internals
    const encoder = device.createCommandEncoder()
    const temporary: GPUBuffer[] = []
    const lent = buffersOn(device, adapter)
    const factors = lent ?? new AdapterBuffers(device, adapter)
    for (const matrix of adaptedMatrices(this.#source.config)) {
      if (!matrix.members.some(({ path }) => adapter.modules.has(path))) continue
      const live = this.#internals.parameterBuffer(`${matrix.name}.weight`)
      this.#keepPristine(encoder, matrix.name, live)
      this.#merge(encoder, { adapter, factors, matrix, live, temporary })
    }
    device.queue.submit([encoder.finish()])
    if (lent === null) factors.dispose()
    for (const buffer of temporary) buffer.destroy()
  }

  remove(): void {
    const { device } = this.#internals
    this.#internals.flush()
    const encoder = device.createCommandEncoder()
    for (const [name, pristine] of this.#pristine) {
      const live = this.#internals.parameterBuffer(`${name}.weight`)
      encoder.copyBufferToBuffer(pristine, 0, live, 0, pristine.size)
    }
    device.queue.submit([encoder.finish()])
  }

  #keepPristine(encoder: GPUCommandEncoder, name: string, live: GPUBuffer): void {
    if (this.#pristine.has(name)) return
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
    const copy = this.#internals.device.createBuffer({ size: live.size, usage })
    encoder.copyBufferToBuffer(live, 0, copy, 0, live.size)
    this.#pristine.set(name, copy)
  }

  /** Every module of the matrix that the adapter has, in its own rows. */
  #merge(
    encoder: GPUCommandEncoder,
    {
      adapter,
      factors,
      matrix,
      live,
      temporary,
    }: {
      readonly adapter: Adapter
      /** A and B of its modules. */
      readonly factors: AdapterBuffers
      readonly matrix: AdaptedMatrix
      readonly live: GPUBuffer
      readonly temporary: GPUBuffer[]
    },
  ): void {
    const { device } = this.#internals
    const pristine = this.#pristine.get(matrix.name)
    if (pristine === undefined) return
    let start = 0
    for (const { path, outputs } of matrix.members) {
      const module = factors.get(path)
      if (module !== undefined) {
        const pods = new DataView(new ArrayBuffer(16))
        pods.setUint32(0, start, true)
        pods.setUint32(4, matrix.inputs, true)
        pods.setUint32(8, adapter.r, true)
        pods.setFloat32(12, adapter.alpha / adapter.r, true)
        const uniform = uniformBuffer(device, pods)
        temporary.push(uniform)
        const pass = encoder.beginComputePass()
        pass.setPipeline(this.#pipeline)
        const buffers = [pristine, module.a, module.b, live, uniform]
        const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
        pass.setBindGroup(
          0,
          device.createBindGroup({ layout: this.#pipeline.getBindGroupLayout(0), entries }),
        )
        pass.dispatchWorkgroups(Math.ceil((matrix.inputs * this.#wordsPerNumber) / 64), outputs)
        pass.end()
      }
      start += outputs
    }
  }
}

function uniformBuffer(device: GPUDevice, values: DataView<ArrayBuffer>): GPUBuffer {
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST
  const buffer = device.createBuffer({ size: values.byteLength, usage })
  device.queue.writeBuffer(buffer, 0, values)
  return buffer
}
