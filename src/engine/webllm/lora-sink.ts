/**
 * How an adapter reaches WebLLM's model. Native: our model library has A and B as parameters, so that an update is a
 * write of some kilobytes, or a copy on the device where the trainer has them there, and no weight changes. The modules of a fused matrix (q, k and v; gate and up) share one A,
 * [parts · r, in], and one B, [out, r].
 */
import { checkAdapter } from '../adapter/peft.ts'
import type { AdapterBuffers } from '../adapter/on-device.ts'
import { buffersOn } from '../adapter/on-device.ts'
import type { Adapter } from '../engine.ts'
import { AdapterMismatchError } from '../engine.ts'
import type { LlamaConfig, ModelSource } from '../llama/config.ts'
import { fusedModules } from '../weights/mlc-tensors.ts'
import { expectedShapes } from '../weights/model-source.ts'
import type { WebLlmInternals } from './internals.ts'

/** Callers reset the chat afterwards: the KV cache is the old policy's. */
export interface LoraSink {
  /** Throws `AdapterMismatchError` and changes nothing if the adapter does not fit. */
  apply(adapter: Adapter): void
  /** The base model, bit for bit. */
  remove(): void
}

export const maximumRank = 64

export class NativeLoraSink implements LoraSink {
  readonly #internals: WebLlmInternals
  readonly #source: ModelSource
  readonly #matrices: readonly AdaptedMatrix[]
  #reservedRank = 0

  constructor(internals: WebLlmInternals, source: ModelSource) {
    this.#internals = internals
    this.#source = source
    this.#matrices = adaptedMatrices(source.config)
  }

  apply(adapter: Adapter): void {
    checkAdapter(adapter, this.#source)
    if (adapter.r > maximumRank)
      throw new AdapterMismatchError('adapter', `of rank ${maximumRank} at most`, `of rank ${adapter.r}`)
    if (this.#reservedRank !== adapter.r) this.#internals.reserveLora({ slots: 1, rank: adapter.r })
    this.#reservedRank = adapter.r
    const buffers = buffersOn(this.#internals.device, adapter)
    if (buffers === null) this.#write(adapter)
    else this.#copy(adapter, buffers)
    this.#internals.selectLora({ slot: 1, scale: adapter.alpha / adapter.r })
  }

  remove(): void {
    this.#internals.selectLora({ slot: 0, scale: 0 })
  }

  #write(adapter: Adapter): void {
    for (const matrix of this.#matrices) {
      this.#internals.writeParameter(`${matrix.name}.lora_A`, stackedA(adapter, matrix))
      this.#internals.writeParameter(`${matrix.name}.lora_B`, stackedB(adapter, matrix))
    }
  }

  /** From GPU to GPU, into the same places. */
  #copy({ r }: Adapter, buffers: AdapterBuffers): void {
    const { device } = this.#internals
    this.#internals.flush()
    const encoder = device.createCommandEncoder()
    for (const { name, inputs, members } of this.#matrices) {
      const a = new Filling(encoder, this.#internals.parameterBuffer(`${name}.lora_A`))
      const b = new Filling(encoder, this.#internals.parameterBuffer(`${name}.lora_B`))
      for (const { path, outputs } of members) {
        a.append(buffers.get(path)?.a, r * inputs)
        b.append(buffers.get(path)?.b, outputs * r)
      }
    }
    device.queue.submit([encoder.finish()])
  }
}

/** Puts matrices into one buffer, one after the other. */
class Filling {
  readonly #encoder: GPUCommandEncoder
  readonly #into: GPUBuffer
  #bytes = 0

  constructor(encoder: GPUCommandEncoder, into: GPUBuffer) {
    this.#encoder = encoder
    this.#into = into
  }

  /** `size` in numbers; zeros for a module that the adapter leaves alone. */
  append(matrix: GPUBuffer | undefined, size: number): void {
    const bytes = size * Float32Array.BYTES_PER_ELEMENT
    if (matrix === undefined) this.#encoder.clearBuffer(this.#into, this.#bytes, bytes)
    else this.#encoder.copyBufferToBuffer(matrix, 0, this.#into, this.#bytes, bytes)
    this.#bytes += bytes
  }
}

/** A matrix as the library has it, with the PEFT modules that lie in it, in row order. */
export interface AdaptedMatrix {
  readonly name: string
  readonly inputs: number
  readonly members: readonly { readonly path: string; readonly outputs: number }[]
}

export function adaptedMatrices(config: LlamaConfig): AdaptedMatrix[] {
  const shapes = expectedShapes(config)
  const groups = [
    ...fusedModules(config),
    { fused: 'self_attn.o_proj', members: ['self_attn.o_proj'] },
    { fused: 'mlp.down_proj', members: ['mlp.down_proj'] },
  ]
  return Array.from({ length: config.layerCount }, (_, layer) =>
    groups.map(({ fused, members }) => {
      const path = `model.layers.${layer}`
      const shapeOf = (member: string) => shapes.get(`${path}.${member}.weight`) ?? []
      return {
        name: `${path}.${fused}`,
        inputs: shapeOf(members[0] ?? '')[1] ?? 0,
        members: members.map((member) => ({
          path: `${path}.${member}`,
          outputs: shapeOf(member)[0] ?? 0,
        })),
      }
    }),
  ).flat()
}

/** Zeros for a module that the adapter leaves alone. */
function stackedA({ r, modules }: Adapter, { inputs, members }: AdaptedMatrix): Float32Array {
  const a = new Float32Array(members.length * r * inputs)
  for (const [part, { path }] of members.entries()) a.set(modules.get(path)?.a ?? [], part * r * inputs)
  return a
}

function stackedB({ r, modules }: Adapter, { members }: AdaptedMatrix): Float32Array {
  const b = new Float32Array(members.reduce((sum, { outputs }) => sum + outputs * r, 0))
  let start = 0
  for (const { path, outputs } of members) {
    b.set(modules.get(path)?.b ?? [], start)
    start += outputs * r
  }
  return b
}
