/**
 * Our model library for WebLLM (`assembly/`) made fit for one model: one .wasm serves all models, and what
 * distinguishes them is a block of numbers in its data segment that is filled here before WebLLM sees the bytes.
 */
import { EngineError } from '../engine.ts'
import type { LlamaConfig } from '../llama/config.ts'

/** How the matrices are stored, in MLC's words; the order is that of `Format` in assembly/model/config.ts. */
export const libraryFormats = ['q0f32', 'q0f16', 'q4f32_1', 'q4f16_1'] as const
export type LibraryFormat = (typeof libraryFormats)[number]

/** The block begins with these words, the version that `assembly/model/config.ts` must agree on, and then numbers. */
const magic = [0x4c6f5241, 0x2d4c4561, 0x6465724c, 0x61624d4c]
const libraryVersion = 1
const architectures: readonly LlamaConfig['architecture'][] = ['llama', 'qwen2', 'qwen3']

export class ModelLibraryError extends EngineError {
  override readonly name = 'ModelLibraryError'
  constructor(
    readonly expected: string,
    readonly actual: string,
  ) {
    super(
      `The model library for WebLLM cannot be used: expected ${expected}, found ${actual}. Reload the page; if that does not help, build the app again.`,
    )
  }
}

export interface LibrarySettings {
  readonly config: LlamaConfig
  readonly format: LibraryFormat
  /** Tokens that run through the model at once; activations are kept for as many. */
  readonly chunkSize: number
  /** The adapter is a software one: the library then avoids what costs a CPU most. */
  readonly softwareDevice: boolean
}

/** A copy of the library's bytes with the model written into it. */
export function configureLibrary(
  library: Uint8Array,
  { config, format, chunkSize, softwareDevice }: LibrarySettings,
): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(library)
  const view = new DataView(bytes.buffer, findBlock(bytes))
  const version = view.getInt32(16, true)
  if (version !== libraryVersion)
    throw new ModelLibraryError(`version ${libraryVersion}`, `version ${version}`)
  const { rope } = config
  const integers = [
    1,
    architectures.indexOf(config.architecture),
    libraryFormats.indexOf(format),
    config.vocabularySize,
    config.hiddenSize,
    config.intermediateSize,
    config.layerCount,
    config.headCount,
    config.keyValueHeadCount,
    config.headSize,
    chunkSize,
    Number(config.tiedHead),
    Number(config.attentionBias),
    Number(config.queryKeyNorm),
    Number(softwareDevice),
  ]
  const floats = [
    config.normEpsilon,
    rope.theta,
    rope.llama3?.factor ?? 0,
    rope.llama3?.lowFrequencyFactor ?? 0,
    rope.llama3?.highFrequencyFactor ?? 0,
    rope.llama3?.originalContextLength ?? 0,
  ]
  for (const [i, value] of integers.entries()) view.setInt32(20 + 4 * i, value, true)
  for (const [i, value] of floats.entries()) view.setFloat64(80 + 8 * i, value, true)
  return bytes
}

function findBlock(bytes: Uint8Array): number {
  const wanted = new Uint8Array(Int32Array.from(magic).buffer)
  for (let at = bytes.indexOf(wanted[0] ?? 0); at >= 0; at = bytes.indexOf(wanted[0] ?? 0, at + 1))
    if (wanted.every((byte, i) => bytes[at + i] === byte)) return at
  throw new ModelLibraryError('a model library of Leader Lab', `${bytes.length} bytes of something else`)
}
