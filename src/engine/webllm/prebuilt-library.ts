/**
 * WebLLM's ready-made model library of one model: used by WebLLM's public face alone. Adapters are merged into the
 * weights, where these are unquantised. The caller sees to it that the device can compute in the format.
 */
import { EngineError } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import { cacheLibrary } from './browser-cache.ts'
import type { LibraryFormat } from './library.ts'
import { MergeLoraSink, type MergeableFormat } from './merge-sink.ts'
import type { ModelLibrary } from './model-library.ts'
import { PublicSequence } from './sequence.ts'

export interface PrebuiltLibraryOptions {
  /** Its http(s) address, under which WebLLM caches it. */
  readonly url: string
  /** The model if it shall take adapters, else null: then no copy of a weight is ever made. */
  readonly adapted: ModelSource | null
}

/** An adapter was wanted on weights that are stored in groups with a common scale. */
export class NotMergeableError extends EngineError {
  override readonly name = 'NotMergeableError'
  constructor(readonly format: LibraryFormat) {
    super(
      `The model's weights are quantised (${format}): an adapter cannot be merged into them. Choose its q0f32 version.`,
    )
  }
}

export function prebuiltLibrary({ url, adapted }: PrebuiltLibraryOptions): ModelLibrary {
  return {
    async place({ format }) {
      if (adapted !== null) mergeable(format)
      await cacheLibrary(url)
      return { url, release: () => undefined }
    },
    sequence: (model) => new PublicSequence(model),
    adapters: adapted && {
      kind: 'merged',
      source: adapted,
      sink: ({ internals, format }) => new MergeLoraSink(internals, adapted.config, mergeable(format)),
    },
  }
}

function mergeable(format: LibraryFormat): MergeableFormat {
  if (format === 'q0f32' || format === 'q0f16') return format
  throw new NotMergeableError(format)
}
