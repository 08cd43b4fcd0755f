/**
 * Whose model library WebLLM runs a model with (docs/decisions/0009): ours where it knows the architecture, WebLLM's
 * ready-made one for the others, and where the address asks for it. Pure: the device has been probed before, and nothing
 * of the model has been fetched yet.
 */
import { catalogEntry, type CatalogModel } from '../engine/catalog.ts'
import { EngineError } from '../engine/engine.ts'
import type { EngineName, LibraryName } from './protocol.ts'

export type LibraryChoice =
  | { readonly name: Extract<LibraryName, 'own'> }
  | { readonly name: Extract<LibraryName, 'prebuilt'>; readonly url: string }

export interface LibraryWish {
  readonly engine: EngineName
  readonly role: 'leader' | 'peer'
  readonly library: LibraryName | null
  /** The device computes in 16 bits. */
  readonly shaderF16: boolean
}

/** WebLLM's library for the model computes in 16 bits, and the device does not. */
export class ShaderF16Error extends EngineError {
  override readonly name = 'ShaderF16Error'
  constructor(
    readonly model: string,
    /** The same model in 32 bits; null = there is none. */
    readonly instead: string | null,
  ) {
    super(
      `WebLLM’s own library for ${model} computes in 16 bits (shader-f16), which this device does not. Choose ${instead ?? 'another model: of this one there is no 32-bit version'}.`,
    )
  }
}

/** The trainer cannot compute the model's architecture. */
export class CannotLeadError extends EngineError {
  override readonly name = 'CannotLeadError'
  constructor(readonly model: string) {
    super(
      `${model} cannot be trained: the trainer knows Llama, Qwen2 and Qwen3 only. Choose another leader; as a peer this model is welcome.`,
    )
  }
}

/** Only WebLLM's own library knows the model's architecture, and WebLLM does not run here. */
export class OnlyUnderWebLlmError extends EngineError {
  override readonly name = 'OnlyUnderWebLlmError'
  constructor(readonly model: string) {
    super(
      `${model} runs under WebLLM only, on a GPU, and here TensorFlow.js runs the models. Choose another peer, or a browser with a GPU.`,
    )
  }
}

/**
 * An entry of null stands for a model that is not in the catalogue, a choice of null for an engine without libraries.
 * @throws CannotLeadError, OnlyUnderWebLlmError, ShaderF16Error
 */
export function chooseLibrary(entry: CatalogModel | null, wish: LibraryWish): LibraryChoice | null {
  if (entry?.architecture === null && wish.role === 'leader') throw new CannotLeadError(entry.id)
  if (wish.engine === 'tfjs') {
    if (entry?.architecture === null) throw new OnlyUnderWebLlmError(entry.id)
    return null
  }
  if (entry === null || !isPrebuilt(entry, wish)) return { name: 'own' }
  if (entry.format.includes('f16') && !wish.shaderF16)
    throw new ShaderF16Error(entry.id, catalogEntry(entry.id.replace('f16', 'f32'))?.id ?? null)
  return { name: 'prebuilt', url: entry.library }
}

/** An adapter can be merged into unquantised weights only, so the leader keeps our library with any others. */
function isPrebuilt({ architecture, format }: CatalogModel, { role, library }: LibraryWish): boolean {
  if (architecture === null) return true
  return library === 'prebuilt' && (role === 'peer' || format.startsWith('q0'))
}
