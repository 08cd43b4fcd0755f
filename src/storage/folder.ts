/**
 * The browser's own folder for this page (OPFS), as much of it as we use, and how a file is written so that a crash
 * leaves the old one or the new one, never half of one: under another name first, then renamed.
 */
export interface StoredFile {
  readonly kind: 'file'
  readonly name: string
  getFile(): Promise<File>
  /** Safari before 26 has none. */
  createWritable?(options?: { readonly keepExistingData?: boolean }): Promise<StoredWriter>
  /** Where `createWritable` is missing; in workers only. */
  createSyncAccessHandle?(): Promise<StoredAccess>
  /** Not in TypeScript's library yet. */
  move?(name: string): Promise<void>
}

export interface StoredWriter {
  write(data: Uint8Array<ArrayBuffer>): Promise<void>
  seek(position: number): Promise<void>
  close(): Promise<void>
}

export interface StoredAccess {
  write(data: Uint8Array<ArrayBuffer>, options: { readonly at: number }): number
  truncate(size: number): void
  flush(): void
  close(): void
}

export interface StoredFolder {
  readonly kind: 'directory'
  readonly name: string
  getDirectoryHandle(name: string, options?: { readonly create?: boolean }): Promise<StoredFolder>
  getFileHandle(name: string, options?: { readonly create?: boolean }): Promise<StoredFile>
  removeEntry(name: string, options?: { readonly recursive?: boolean }): Promise<void>
  values(): AsyncIterable<StoredFile | StoredFolder>
}

/** The browser refuses to keep anything, as in some private windows. */
export class StorageUnavailableError extends Error {
  override readonly name = 'StorageUnavailableError'
  constructor(readonly reason: string) {
    super(
      `This browser does not let the page keep files (${reason}), and runs and models have to be kept. ` +
        `Open the page in an ordinary window and allow it to store data.`,
    )
  }
}

/** What is stored as files; a model has an error of its own (`NoRoomError`). */
export type StoredThing = keyof typeof noRoomFor

/** In each, `{size}` stands for the size. */
const noRoomFor = {
  run:
    'There is no room to store this run ({size}), and nothing of it was stored. Free some disk space, or delete ' +
    'something in Storage, then try again.',
  checkpoint:
    "There is no room for the run's next checkpoint ({size}). Free some disk space, or delete something in Storage, " +
    'then continue: the run goes on from its last checkpoint.',
  report:
    'There is no room to keep this report ({size}), which is on this page only. Export it before you close the page; ' +
    'then free some disk space, or delete something in Storage.',
  notes:
    'There is no room to save what you changed about this run ({size}); it is as it was before. Free some disk space, ' +
    'or delete something in Storage, then change it again.',
  proposals: "There is no room to keep the peers' solutions ({size}). Without them the peers solve again.",
} as const

/** The disk, or this page's share of it, is full. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError'
  constructor(
    readonly what: StoredThing,
    readonly bytes: number,
  ) {
    super(noRoomFor[what].replace('{size}', sizeText(bytes)))
  }
}

function sizeText(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** @throws StorageUnavailableError */
export async function originFolder(): Promise<StoredFolder> {
  try {
    return await navigator.storage.getDirectory()
  } catch (cause) {
    throw new StorageUnavailableError(String(cause))
  }
}

/** null when there is no such file. */
export async function readStored(
  folder: StoredFolder,
  name: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const file = await folder.getFileHandle(name)
    return new Uint8Array(await (await file.getFile()).arrayBuffer())
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

/** Ends in the name of files that are not whole yet. */
export const unfinished = '.tmp'

export interface NewFile {
  /** New: files are never overwritten. */
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly what: StoredThing
}

/** Without room for it, nothing of it stays. @throws StorageFullError */
export async function writeNew(folder: StoredFolder, { name, bytes, what }: NewFile): Promise<void> {
  await explainingFull({ what, bytes: bytes.length }, async () => {
    // Without `move`, closing the writer is the rename: until then its bytes are in a file of the browser's own.
    const probe = await folder.getFileHandle(`${name}${unfinished}`, { create: true })
    const file = probe.move === undefined ? await folder.getFileHandle(name, { create: true }) : probe
    await write(file, bytes, { at: 0 })
    await probe.move?.(name)
  }).catch(async (error: unknown) => {
    if (error instanceof StorageFullError)
      for (const half of [name, `${name}${unfinished}`]) await folder.removeEntry(half).catch(() => undefined)
    throw error
  })
}

/** Adds to the end; makes the file where there is none. @throws StorageFullError */
export async function append(folder: StoredFolder, { name, bytes, what }: NewFile): Promise<void> {
  await explainingFull({ what, bytes: bytes.length }, async () => {
    const file = await folder.getFileHandle(name, { create: true })
    await write(file, bytes, { at: (await file.getFile()).size })
  })
}

async function write(
  file: StoredFile,
  bytes: Uint8Array<ArrayBuffer>,
  { at }: { readonly at: number },
): Promise<void> {
  if (file.createWritable !== undefined) {
    const writer = await file.createWritable({ keepExistingData: at > 0 })
    if (at > 0) await writer.seek(at)
    await writer.write(bytes)
    return writer.close()
  }
  if (file.createSyncAccessHandle === undefined) throw new StorageUnavailableError('no way to write a file')
  const access = await file.createSyncAccessHandle()
  try {
    access.truncate(at)
    const written = access.write(bytes, { at })
    if (written < bytes.length) throw new DOMException(`${file.name} was cut short`, 'QuotaExceededError')
    access.flush()
  } finally {
    access.close()
  }
}

async function explainingFull(
  { what, bytes }: { readonly what: StoredThing; readonly bytes: number },
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof DOMException && error.name === 'QuotaExceededError')
      throw new StorageFullError(what, bytes)
    throw error
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotFoundError'
}
