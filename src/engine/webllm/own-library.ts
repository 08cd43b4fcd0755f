/**
 * Our own model library (`assembly/`, docs/decisions/0007): one file for all models of the architectures that it knows,
 * with LoRA as parameters. It goes to WebLLM as a `blob:` address, because WebLLM fetches any address that does not
 * begin with "http" plainly and never caches it.
 */
import { ModelFileError } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import { configureLibrary } from './library.ts'
import { NativeLoraSink } from './lora-sink.ts'
import type { ModelLibrary } from './model-library.ts'
import { OwnSequence } from './own-sequence.ts'

export interface OwnLibraryOptions {
  /** Address of the compiled library. */
  readonly url: string
  /** The model that it is to run. */
  readonly source: ModelSource
  /** Tokens that run through the model at once. */
  readonly chunkTokens?: number
}

export function ownLibrary({ url, source, chunkTokens = 512 }: OwnLibraryOptions): ModelLibrary {
  const { config } = source
  return {
    async place({ format, softwareDevice }) {
      const chunkSize = Math.min(config.contextLength, chunkTokens)
      const settings = { config, format, chunkSize, softwareDevice }
      const bytes = configureLibrary(await fetchLibrary(url), settings)
      const address = URL.createObjectURL(new Blob([bytes], { type: 'application/wasm' }))
      return { url: address, release: () => URL.revokeObjectURL(address) }
    },
    sequence: (model) => new OwnSequence(model),
    adapters: {
      kind: 'native',
      source,
      sink: ({ internals }) => new NativeLoraSink(internals, config),
    },
  }
}

async function fetchLibrary(url: string): Promise<Uint8Array> {
  const response = await fetch(url)
  if (!response.ok) throw new ModelFileError(url, 'the model library', `HTTP status ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
