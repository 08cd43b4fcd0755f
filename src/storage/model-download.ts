/**
 * A model folder on the web becomes a model in this browser: each file once, shard by shard, resumable, with WebLLM's
 * caches as its place. A model that is whole is not asked for again, so that it works without a network.
 */
import { filesPath, MLC_CONFIG, MLC_MANIFEST } from '../common/mlc-layout.ts'
import type { StoredFolder } from './folder.ts'
import { lockModel } from './locks.ts'
import { thisBrowser, type ModelBrowser } from './model-browser.ts'
import { bytesOf, hasMd5, modelCacheOf, type ModelCache } from './model-cache.ts'
import { DownloadedFileError, parseModelFiles, type ModelFiles, type Shard } from './model-files.ts'
import { dropParts, partsOf } from './model-parts.ts'
import { downloadShard, overNet, partBytes, requestFile } from './shard-download.ts'

export interface DownloadOptions {
  readonly md5: (bytes: Uint8Array) => string
  readonly signal?: AbortSignal
  /** Bytes of the whole model; not called for a model that is here already. */
  readonly onProgress?: (done: number, total: number) => void
}

/** The browser's share for this page does not hold the model. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError'
  constructor(
    readonly folder: string,
    readonly neededBytes: number,
    readonly freeBytes: number,
  ) {
    super(
      `${folder} needs ${inMegabytes(neededBytes)} more, and this page has room for ${inMegabytes(freeBytes)}. ` +
        `Delete stored models or free disk space, then try again: what has arrived is kept.`,
    )
  }
}

/** Its models have a card; elsewhere the question for one would leave a 404 in the console. */
const hub = 'https://huggingface.co/'
const modelCard = 'README.md'

/**
 * `folder` ends with a slash and has `resolve/main/` in it. Waits for another tab that fetches the same model. In workers
 * only.
 * @throws DownloadInterruptedError, DownloadedFileError, NoRoomError, StorageUnavailableError
 */
export async function downloadModel(
  folder: string,
  { md5, signal = new AbortController().signal, onProgress = () => undefined }: DownloadOptions,
  browser = thisBrowser(),
): Promise<void> {
  const release = await lockModel(folder, { signal, locks: browser.locks })
  try {
    const cache = modelCacheOf(folder, browser.caches)
    if (!(await isWhole(folder, cache))) await fetchModel({ folder, cache, md5, signal, onProgress, browser })
  } finally {
    release()
  }
}

interface Download extends Required<DownloadOptions> {
  readonly folder: string
  readonly cache: ModelCache
  readonly browser: ModelBrowser
}

async function isWhole(folder: string, cache: ModelCache): Promise<boolean> {
  const config = await (await cache.match(MLC_CONFIG))?.text()
  const manifest = await (await cache.match(MLC_MANIFEST))?.text()
  if (config === undefined || manifest === undefined) return false
  const { texts, shards } = parseModelFiles(folder + filesPath, { config, manifest })
  const names = await cache.names()
  return [...texts, ...shards.map(({ name }) => name)].every((name) => names.has(name))
}

async function fetchModel(download: Download): Promise<void> {
  const { folder, cache, browser } = download
  const config = await fetchWhole(download, MLC_CONFIG)
  const manifest = await fetchWhole(download, MLC_MANIFEST)
  const decoder = new TextDecoder()
  const files = parseModelFiles(folder + filesPath, {
    config: decoder.decode(config),
    manifest: decoder.decode(manifest),
  })
  const missing: Shard[] = []
  for (const shard of files.shards) if (!(await isStored(cache, shard))) missing.push(shard)
  const parts = await partsOf(await browser.storage(), folder)
  const neededBytes = await roomFor(missing, parts)
  await checkRoom(download, neededBytes)
  try {
    await cache.delete(MLC_MANIFEST)
    await cache.put(MLC_CONFIG, config)
    const textBytes = await fetchTexts(download, files)
    await fetchShards(download, {
      files,
      missing,
      parts,
      before: config.length + manifest.length + textBytes,
    })
    await cache.put(MLC_MANIFEST, manifest)
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error
    throw new NoRoomError(folder, await roomFor(missing, parts), await freeBytes(browser))
  }
  await dropParts(await browser.storage(), folder)
}

async function fetchWhole({ folder, browser, signal }: Download, name: string) {
  const address = `${folder}${filesPath}${name}`
  const response = await requestFile(address, { fetch: browser.fetch, signal })
  return new Uint8Array(await overNet(address, signal, () => response.arrayBuffer()))
}

/** Resolves to their bytes, which no manifest tells. */
async function fetchTexts(download: Download, { texts }: ModelFiles): Promise<number> {
  let bytes = 0
  for (const name of texts) {
    const text = await fetchWhole(download, name)
    await download.cache.put(name, text)
    bytes += text.length
  }
  return bytes + (download.folder.startsWith(hub) ? await fetchCard(download) : 0)
}

async function fetchCard(download: Download): Promise<number> {
  try {
    const text = await fetchWhole(download, modelCard)
    await download.cache.put(modelCard, text)
    return text.length
  } catch (error) {
    // A model without a card has no licence that we could tell.
    if (error instanceof DownloadedFileError) return 0
    throw error
  }
}

interface ShardsToFetch {
  readonly files: ModelFiles
  readonly missing: readonly Shard[]
  readonly parts: StoredFolder
  /** Bytes of the other files. */
  readonly before: number
}

async function fetchShards(download: Download, { files, missing, parts, before }: ShardsToFetch) {
  const { folder, cache, browser, md5, signal, onProgress } = download
  const total = before + sum(files.shards.map(({ bytes }) => bytes))
  let done = total - sum(missing.map(({ bytes }) => bytes))
  onProgress(done, total)
  for (const shard of missing) {
    const file = await downloadShard({
      address: `${folder}${filesPath}${shard.name}`,
      ...{ shard, parts, fetch: browser.fetch, signal, md5 },
      onBytes: (bytes) => onProgress(done + bytes, total),
    })
    await cache.put(shard.name, file, { md5: shard.md5 })
    await parts.removeEntry(shard.name)
    done += shard.bytes
  }
  onProgress(total, total)
}

/** Of this version. */
async function isStored(cache: ModelCache, { name, bytes, md5 }: Shard): Promise<boolean> {
  const answer = await cache.match(name)
  return answer !== undefined && bytesOf(answer) === bytes && (md5 === null || hasMd5(answer, md5))
}

/** Bytes to come, and the largest shard once more, which is in two places while it is moved. */
async function roomFor(missing: readonly Shard[], parts: StoredFolder): Promise<number> {
  let bytes = Math.max(0, ...missing.map((shard) => shard.bytes))
  for (const shard of missing) bytes += Math.max(0, shard.bytes - (await partBytes(parts, shard.name)))
  return bytes
}

async function checkRoom({ folder, browser }: Download, neededBytes: number): Promise<void> {
  const free = await freeBytes(browser)
  if (neededBytes > free) throw new NoRoomError(folder, neededBytes, free)
}

/** Without end where the browser does not tell. */
async function freeBytes({ estimate }: ModelBrowser): Promise<number> {
  const { quota = Number.POSITIVE_INFINITY, usage = 0 } = await estimate()
  return Math.max(0, quota - usage)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
