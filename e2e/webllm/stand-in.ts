/**
 * Our own library in the place of WebLLM's ready-made ones, which nobody can fetch in a test: with a model's dimensions
 * in it, without the functions that only ours has, at an https address that says which model it is for.
 */
import type { LibrarySettings } from '../../src/engine/webllm/library.ts'
import { configureLibrary } from '../../src/engine/webllm/library.ts'

export const standInOrigin = 'https://libraries.test/'

export function standInUrl(settings: LibrarySettings): string {
  return `${standInOrigin}${encodeURIComponent(JSON.stringify(settings))}.wasm`
}

/** The library for such an address. */
export function standInFor(library: Uint8Array, url: string): Uint8Array {
  const name = decodeURIComponent(url.slice(standInOrigin.length)).replace(/\.wasm$/, '')
  return withoutExtras(configureLibrary(library, JSON.parse(name) as LibrarySettings))
}

/** What WebLLM asks of no library. */
const extras = ['score', 'lora_reserve', 'lora_select', 'vm.builtin.kv_state_popn']

/** Under other names nobody finds them: whoever calls one fails. */
function withoutExtras(library: Uint8Array): Uint8Array {
  const bytes = Buffer.from(library)
  for (const name of extras) {
    // AssemblyScript keeps a text's length in bytes before the text.
    const text = Buffer.from(name, 'utf16le')
    const stored = Buffer.concat([Buffer.from(Int32Array.of(text.length).buffer), text])
    const at = bytes.indexOf(stored)
    if (at < 0) throw new Error(`The library has no ${name}.`)
    bytes.write('-', at + 4, 'utf16le')
  }
  return bytes
}
