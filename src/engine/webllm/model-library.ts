/**
 * What a model library is to the engine: where WebLLM finds it, and what can be done under it beside what WebLLM itself
 * asks of one. `own-library.ts` is ours, `prebuilt-library.ts` WebLLM's ready-made ones (docs/decisions/0009).
 */
import type { ModelSource } from '../llama/config.ts'
import type { LibraryFormat } from './library.ts'
import type { LoraSink } from './lora-sink.ts'
import type { RunningModel } from './running-model.ts'
import type { Sequence } from './sequence.ts'

export interface ModelLibrary {
  /** @throws ModelFileError, ModelLibraryError, EngineError if the model cannot run under it */
  place(model: PlacedModel): Promise<LibraryPlace>
  sequence(model: RunningModel): Sequence
  /** null: the model takes none. */
  readonly adapters: LibraryAdapters | null
}

export interface PlacedModel {
  readonly format: LibraryFormat
  /** The adapter is a software one. */
  readonly softwareDevice: boolean
}

export interface LibraryPlace {
  /** As WebLLM's `model_lib`. */
  readonly url: string
  /** To be called once WebLLM has read it. */
  release(): void
}

/** How adapters reach the model. */
export interface LibraryAdapters {
  readonly kind: 'native' | 'merged'
  readonly source: ModelSource
  sink(model: RunningModel): LoraSink
}
