/**
 * Everything that we do with WebLLM behind its public face: parameters in place, the KV cache, functions of our model
 * library that WebLLM does not know, counters. The fields are private in TypeScript only and are those of 0.2.86
 * exactly, so nothing outside this file may know them: the constructor names what is missing in another version, and
 * `self-check.ts` tries what is there.
 */
import type { MLCEngine } from '@mlc-ai/web-llm'
import { EngineError } from '../engine.ts'

interface TvmTensor {
  readonly shape: readonly number[]
  copyFrom(data: TvmTensor | ArrayLike<number>): TvmTensor
  copyFromRawBytes(bytes: Uint8Array): TvmTensor
  getDataPtr(): number
  toArray(): Float32Array
  dispose(): void
}
type TvmFunction = (...args: readonly unknown[]) => unknown
interface TvmDevice {
  sync(): Promise<void>
}
interface WebGpuContext {
  readonly device: GPUDevice
  readonly shaderSubmitCounter: number
  readonly currAllocatedBytes: number
  gpuBufferFromPtr(pointer: number): GPUBuffer
  flushCommands(): void
}
interface Tvm {
  readonly lib: { readonly webGPUContext: WebGpuContext }
  beginScope(): void
  endScope(): void
  cpu(): TvmDevice
  empty(shape: readonly number[], dtype: string, device: TvmDevice): TvmTensor
  makeShapeTuple(shape: readonly number[]): unknown
  detachFromCurrentScope<T>(value: T): T
  getGlobalFunc(name: string): TvmFunction
}
interface Pipeline {
  readonly tvm: Tvm
  readonly vm: { getFunction(name: string): TvmFunction }
  readonly params: { get(index: number): TvmTensor }
  readonly device: TvmDevice
  readonly kvCache: unknown
  readonly prefillChunkSize: number
  readonly embed: TvmFunction
  readonly fKVCacheBeginForward: TvmFunction
  readonly fKVCacheEndForward: TvmFunction
  filledKVCacheLength: number
}

export class WebLlmInternalsError extends EngineError {
  override readonly name = 'WebLlmInternalsError'
  constructor(readonly missing: string) {
    super(
      `WebLLM is not the version that this app was built for (0.2.86): ${missing}. Install the dependencies again.`,
    )
  }
}

/** One loaded model's private side. Calls must not overlap each other or a request to the engine. */
export class WebLlmInternals {
  readonly #pipeline: Pipeline
  readonly #parameterIndex: ReadonlyMap<string, number>
  #isLost = false

  constructor(engine: MLCEngine, modelId: string) {
    const pipeline = pipelineOf(engine, modelId)
    this.#pipeline = pipeline
    const metadata = this.#scoped(() => String(pipeline.vm.getFunction('_metadata')()))
    const { params } = JSON.parse(metadata) as { params: { name: string }[] }
    this.#parameterIndex = new Map(params.map(({ name }, index) => [name, index]))
    void this.device.lost.then(() => (this.#isLost = true))
  }

  /** WebLLM's own device. */
  get device(): GPUDevice {
    return this.#context.device
  }

  /** Runs something of WebLLM's that destroys its device, without that: tfjs may be at work on the same one. */
  async keepingDevice(work: () => Promise<void>): Promise<void> {
    const { device } = this
    Object.defineProperty(device, 'destroy', { configurable: true, value: () => undefined })
    try {
      await work()
    } finally {
      Reflect.deleteProperty(device, 'destroy')
    }
  }

  /** Whether the device is gone, and with it everything that was on it; waits until the browser has made up its mind. */
  async isLost(): Promise<boolean> {
    await this.device.queue.onSubmittedWorkDone().catch(() => undefined)
    return this.#isLost
  }

  /** Kernels launched since the model was loaded. */
  get dispatches(): number {
    return this.#context.shaderSubmitCounter
  }

  /** Of the device's memory: weights, keys and values, and what one call needs. */
  get allocatedBytes(): number {
    return this.#context.currAllocatedBytes
  }

  /** Tokens in the KV cache. */
  get filledLength(): number {
    return this.#pipeline.filledKVCacheLength
  }

  /** Sends what WebLLM has collected to the queue, before anyone else touches its buffers. */
  flush(): void {
    this.#context.flushCommands()
  }

  /** The live buffer of a parameter; ours to read and write, not to destroy. Valid until the next `reserveLora`. */
  parameterBuffer(name: string): GPUBuffer {
    return this.#scoped(() => this.#context.gpuBufferFromPtr(this.#parameter(name).getDataPtr()))
  }

  parameterShape(name: string): readonly number[] {
    return this.#scoped(() => this.#parameter(name).shape)
  }

  writeParameter(name: string, values: Float32Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    this.#scoped(() => this.#parameter(name).copyFromRawBytes(bytes))
  }

  /** Room for adapters of one rank, all zero; none is active afterwards. */
  reserveLora({ slots, rank }: { readonly slots: number; readonly rank: number }): void {
    const { vm, params } = this.#pipeline
    this.#scoped(() => vm.getFunction('lora_reserve')(params, slots, rank))
  }

  /** Slot 0 is the base model. The KV cache keeps what the old policy wrote: reset the chat afterwards. */
  selectLora({ slot, scale }: { readonly slot: number; readonly scale: number }): void {
    this.#scoped(() => this.#pipeline.vm.getFunction('lora_select')(slot, scale))
  }

  /** Forgets the last tokens of the KV cache. */
  popTokens(count: number): void {
    if (count === 0) return
    const { tvm, kvCache } = this.#pipeline
    this.#scoped(() => tvm.getGlobalFunc('vm.builtin.kv_state_popn')(kvCache, 0, count))
    this.#pipeline.filledKVCacheLength -= count
  }

  /**
   * Appends tokens to the KV cache; gives the log-probability, nats, of `targets[t]` after token t, 0 for a negative
   * target.
   */
  async score(ids: Int32Array, targets: Int32Array): Promise<Float32Array> {
    const logprobs = new Float32Array(ids.length)
    const { prefillChunkSize } = this.#pipeline
    for (let start = 0; start < ids.length; start += prefillChunkSize) {
      const end = Math.min(start + prefillChunkSize, ids.length)
      logprobs.set(await this.#scoreChunk(ids.subarray(start, end), targets.subarray(start, end)), start)
    }
    return logprobs
  }

  async #scoreChunk(ids: Int32Array, targets: Int32Array): Promise<Float32Array> {
    const pipeline = this.#pipeline
    const { tvm, device, params, kvCache, vm } = pipeline
    const host = this.#scoped(() => {
      const onDevice = (values: Int32Array) => tvm.empty([values.length], 'int32', device).copyFrom(values)
      const embedded = pipeline.embed(onDevice(ids), params)
      pipeline.fKVCacheBeginForward(kvCache, tvm.makeShapeTuple([0]), tvm.makeShapeTuple([ids.length]))
      const scored = vm.getFunction('score')(embedded, onDevice(targets), kvCache, params) as TvmTensor
      pipeline.fKVCacheEndForward(kvCache)
      return tvm.detachFromCurrentScope(tvm.empty([ids.length], 'float32', tvm.cpu()).copyFrom(scored))
    })
    pipeline.filledKVCacheLength += ids.length
    await device.sync()
    const values = host.toArray()
    host.dispose()
    return values
  }

  get #context(): WebGpuContext {
    return this.#pipeline.tvm.lib.webGPUContext
  }

  #parameter(name: string): TvmTensor {
    const index = this.#parameterIndex.get(name)
    if (index === undefined) throw new WebLlmInternalsError(`the model library has no parameter ${name}`)
    return this.#pipeline.params.get(index)
  }

  /** Frees every TVM object that was made inside. */
  #scoped<T>(work: () => T): T {
    const { tvm } = this.#pipeline
    tvm.beginScope()
    try {
      return work()
    } finally {
      tvm.endScope()
    }
  }
}

const expectedFields = [
  'tvm',
  'vm',
  'params',
  'device',
  'kvCache',
  'prefillChunkSize',
  'embed',
  'fKVCacheBeginForward',
  'fKVCacheEndForward',
  'filledKVCacheLength',
]

function pipelineOf(engine: MLCEngine, modelId: string): Pipeline {
  const { loadedModelIdToPipeline: pipelines } = engine as unknown as {
    loadedModelIdToPipeline?: Map<string, Record<string, unknown>>
  }
  const pipeline = pipelines instanceof Map ? pipelines.get(modelId) : undefined
  if (pipeline === undefined) throw new WebLlmInternalsError('the loaded model cannot be found')
  const missing = expectedFields.filter((field) => pipeline[field] === undefined)
  if (missing.length > 0) throw new WebLlmInternalsError(`the pipeline has no ${missing.join(', ')}`)
  return pipeline as unknown as Pipeline
}
