/**
 * Puts a model's files into the caches that WebLLM reads, under the addresses that it will ask for. WebLLM neither
 * checks what it downloads nor notices that a file has changed, so it never downloads itself: files come through a
 * `FileAccess`, which does both.
 */
import * as v from 'valibot'
import { configCache, libraryCache, MLC_CONFIG, MLC_MANIFEST, modelCache } from '../../common/mlc-layout.ts'
import { ModelFileError } from '../engine.ts'
import type { FileAccess } from '../weights/file-access.ts'
import { readWholeShard } from '../weights/mlc.ts'
import { readJson } from '../weights/read-json.ts'

const manifestSchema = v.object({
  records: v.array(
    v.object({ dataPath: v.string(), nbytes: v.number(), md5sum: v.nullish(v.string(), null) }),
  ),
})
const configSchema = v.object({ tokenizer_files: v.array(v.string()) })

/** `folderUrl` ends with `resolve/main/`. Shards are copied only if the manifest differs from the one that is there. */
export async function fillWebLlmCache(files: FileAccess, folderUrl: string): Promise<void> {
  const configs = await caches.open(configCache)
  const models = await caches.open(modelCache)
  const put = async (cache: Cache, name: string) =>
    putChanged(cache, folderUrl + name, await files.read(name))
  await put(configs, MLC_CONFIG)
  const { tokenizer_files: tokenizerFiles } = await readJson(files, MLC_CONFIG, configSchema)
  for (const name of tokenizerFiles) await put(models, name)
  const { records } = await readJson(files, MLC_MANIFEST, manifestSchema)
  const shards = records.map(({ dataPath }) => dataPath)
  if (await isCurrent(models, files, { folderUrl, shards })) return
  // The manifest comes last: where it stands, everything stands.
  await models.delete(folderUrl + MLC_MANIFEST)
  for (const record of records)
    await models.put(folderUrl + record.dataPath, answerOf(await readWholeShard(files, record)))
  await put(models, MLC_MANIFEST)
}

/** A download may have put it there already. */
async function putChanged(cache: Cache, address: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const answer = await cache.match(address)
  const stored = answer && new Uint8Array(await answer.arrayBuffer())
  if (stored?.length === bytes.length && stored.every((byte, i) => byte === bytes[i])) return
  await cache.put(address, answerOf(bytes))
}

/** The length is for whoever lists what is stored. */
function answerOf(bytes: Uint8Array<ArrayBuffer>): Response {
  return new Response(bytes, { headers: { 'content-length': String(bytes.length) } })
}

/** As WebLLM does itself, but no error page is ever taken for a library. @throws ModelFileError */
export async function cacheLibrary(url: string): Promise<void> {
  const cache = await caches.open(libraryCache)
  const stored = await cache.match(url)
  if (stored !== undefined && isWasm(new Uint8Array(await stored.arrayBuffer()))) return
  const refuse = (found: string, remedy: string): never => {
    throw new ModelFileError(url, 'WebLLM’s model library', found, remedy)
  }
  const response = await fetch(url).catch(() =>
    refuse('no connection', 'Check the connection, then try again.'),
  )
  if (!response.ok) refuse(`HTTP status ${response.status}`, 'Choose another model.')
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (!isWasm(bytes)) refuse(`${bytes.length} bytes of something else`, 'Choose another model.')
  await cache.put(url, new Response(bytes, { headers: { 'Content-Type': 'application/wasm' } }))
}

/** "\0asm" */
function isWasm([a, b, c, d]: Uint8Array): boolean {
  return a === 0 && b === 0x61 && c === 0x73 && d === 0x6d
}

async function isCurrent(
  cache: Cache,
  files: FileAccess,
  { folderUrl, shards }: { readonly folderUrl: string; readonly shards: readonly string[] },
): Promise<boolean> {
  const stored = await cache.match(folderUrl + MLC_MANIFEST)
  if (stored === undefined) return false
  const manifest = new TextDecoder().decode(await files.read(MLC_MANIFEST))
  if ((await stored.text()) !== manifest) return false
  for (const shard of shards) if ((await cache.match(folderUrl + shard)) === undefined) return false
  return true
}
