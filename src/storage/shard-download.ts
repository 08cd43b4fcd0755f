/**
 * One shard of a model, over the net into a part file. What has arrived stays when the connection breaks or the worker is
 * terminated, and the next try asks for the rest only. A shard that is whole has the size and the hash of the manifest.
 */
import { isNotFound, StorageUnavailableError, type StoredAccess, type StoredFolder } from './folder.ts'
import { DownloadedFileError, type Shard } from './model-files.ts'

export interface ShardDownload {
  readonly address: string
  readonly shard: Shard
  /** Where part files are. */
  readonly parts: StoredFolder
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal
  readonly md5: (bytes: Uint8Array) => string
  /** So many bytes of this shard are here. */
  readonly onBytes: (bytes: number) => void
}

/** The net's fault, not the file's. */
export class DownloadInterruptedError extends Error {
  override readonly name = 'DownloadInterruptedError'
  constructor(
    readonly file: string,
    readonly reason: string,
  ) {
    super(
      `The download stopped at ${file}: ${reason}. Check the connection, then try again: what has arrived is kept, ` +
        `and the download goes on from where it stopped.`,
    )
  }
}

const fetchAgain = 'Try again: this file is fetched anew.'
const flushEveryBytes = 8 * 2 ** 20

/**
 * The part file, whole; the caller moves it away.
 * @throws DownloadInterruptedError, DownloadedFileError
 */
export async function downloadShard(download: ShardDownload): Promise<File> {
  const kept = await partBytes(download.parts, download.shard.name)
  if (kept === 0) return attempt(download, 0)
  try {
    return await attempt(download, kept)
  } catch (error) {
    if (!(error instanceof DownloadedFileError)) throw error
    // The kept bytes may be those of an older version.
    return attempt(download, 0)
  }
}

/** 0 when nothing has arrived yet. */
export async function partBytes(parts: StoredFolder, name: string): Promise<number> {
  try {
    return (await (await parts.getFileHandle(name)).getFile()).size
  } catch (error) {
    if (isNotFound(error)) return 0
    throw error
  }
}

/** A file that was found. @throws DownloadInterruptedError, DownloadedFileError */
export async function requestFile(
  address: string,
  { fetch, signal, from = 0 }: Pick<ShardDownload, 'fetch' | 'signal'> & { readonly from?: number },
): Promise<Response> {
  // The browser's own cache would keep everything twice.
  const init: RequestInit = { signal, cache: 'no-store' }
  if (from > 0) init.headers = { range: `bytes=${from}-` }
  const response = await overNet(address, signal, () => fetch(address, init))
  const { ok, status, headers } = response
  // Development servers answer a missing file with the app's own page.
  const isPage = headers.get('content-type')?.startsWith('text/html') ?? false
  if (ok && !isPage) return response
  await response.body?.cancel()
  const found = isPage ? 'a web page' : `HTTP status ${status}`
  if (status >= 500 || status === 408 || status === 429) throw new DownloadInterruptedError(address, found)
  throw new DownloadedFileError(address, 'a file', found, 'Check the name of the model.')
}

/** Tells a broken connection from a cancelled one. @throws DownloadInterruptedError */
export async function overNet<T>(address: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    signal.throwIfAborted()
    throw new DownloadInterruptedError(address, cause instanceof Error ? cause.message : String(cause))
  }
}

async function attempt(download: ShardDownload, kept: number): Promise<File> {
  const { shard, parts } = download
  if (kept === 0 || kept < shard.bytes) await receive(download, kept)
  const file = await (await parts.getFileHandle(shard.name)).getFile()
  const fault = await faultOf(file, download)
  if (fault === null) return file
  await parts.removeEntry(shard.name)
  throw fault
}

async function receive({ address, shard, parts, ...download }: ShardDownload, kept: number): Promise<void> {
  const response = await requestFile(address, { ...download, from: kept })
  const reader = response.body?.getReader()
  // 200 is the whole file, whatever was asked for.
  let position = response.status === 206 ? checkedStart(address, response, kept) : 0
  const access = await openPart(parts, shard.name)
  try {
    access.truncate(position)
    let flushed = position
    while (reader !== undefined && position <= shard.bytes) {
      const { done, value } = await overNet(address, download.signal, () => reader.read())
      if (done) break
      const written = access.write(value, { at: position })
      if (written < value.length) throw new DOMException(`${shard.name} was cut short`, 'QuotaExceededError')
      position += written
      download.onBytes(Math.min(position, shard.bytes))
      if (position - flushed < flushEveryBytes) continue
      access.flush()
      flushed = position
    }
  } finally {
    access.flush()
    access.close()
    // Of a connection that broke there is nothing left to cancel.
    await reader?.cancel().catch(() => undefined)
  }
}

/** Not every server lets a page of another origin see the range. */
function checkedStart(address: string, { headers }: Response, kept: number): number {
  const wanted = `bytes ${kept}-`
  const range = headers.get('content-range') ?? wanted
  if (!range.startsWith(wanted)) throw new DownloadedFileError(address, wanted, range, fetchAgain)
  return kept
}

async function openPart(parts: StoredFolder, name: string): Promise<StoredAccess> {
  const file = await parts.getFileHandle(name, { create: true })
  // Of the ways to write, this one alone keeps what a terminated worker had written.
  if (file.createSyncAccessHandle === undefined)
    throw new StorageUnavailableError('files cannot be written in place')
  return file.createSyncAccessHandle()
}

async function faultOf(
  file: File,
  { address, shard: { bytes, md5: expected }, md5 }: ShardDownload,
): Promise<DownloadedFileError | null> {
  if (file.size !== bytes) {
    const found = file.size > bytes ? 'more' : `${file.size} bytes`
    return new DownloadedFileError(address, `${bytes} bytes (by the manifest)`, found, fetchAgain)
  }
  if (expected === null) return null
  const found = md5(new Uint8Array(await file.arrayBuffer()))
  return found === expected
    ? null
    : new DownloadedFileError(address, `MD5 ${expected} (by the manifest)`, found, fetchAgain)
}
