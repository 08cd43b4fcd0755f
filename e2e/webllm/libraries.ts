/** Under which library a test's model runs: our own, one in the place of WebLLM's, or one that is not there. */
import type { ModelSource } from '../../src/engine/llama/config.ts'
import type { LibraryFormat } from '../../src/engine/webllm/library.ts'
import type { ModelLibrary } from '../../src/engine/webllm/model-library.ts'
import { ownLibrary } from '../../src/engine/webllm/own-library.ts'
import { prebuiltLibrary } from '../../src/engine/webllm/prebuilt-library.ts'
import { standInUrl } from './stand-in.ts'

export interface LibraryOptions {
  readonly format?: LibraryFormat
  readonly chunkTokens?: number
  /** `prebuilt`: its stand-in. Any other text is an address at which there is none. */
  readonly library?: 'own' | 'prebuilt' | `https://${string}`
}

export function libraryFor(
  source: ModelSource,
  { format = 'q0f32', chunkTokens = 512, library = 'own' }: LibraryOptions,
): ModelLibrary {
  if (library === 'own')
    return ownLibrary({ url: `${globalThis.location.origin}/libs/leader-lab.wasm`, source, chunkTokens })
  const url =
    library === 'prebuilt'
      ? standInUrl({ config: source.config, format, chunkSize: chunkTokens, softwareDevice: true })
      : library
  return prebuiltLibrary({ url, adapted: format.startsWith('q0') ? source : null })
}
