/**
 * The names of MLC's layout, and where WebLLM keeps each file in the browser: `storage` puts a model there, engines read
 * it from there, and neither may import the other.
 */
export const MLC_CONFIG = 'mlc-chat-config.json'
/** The list of shards. Where it is stored, everything is stored: it comes last and goes first. */
export const MLC_MANIFEST = 'tensor-cache.json'

/** WebLLM's names for its caches (Cache API). */
export const configCache = 'webllm/config'
export const modelCache = 'webllm/model'
export const libraryCache = 'webllm/wasm'

/** What stands between a model's folder, which ends with a slash, and its files. */
export const filesPath = 'resolve/main/'

export function cacheOf(name: string): string {
  return name === MLC_CONFIG ? configCache : modelCache
}
