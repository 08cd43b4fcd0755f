/** A folder on disk for tests of the readers, which themselves know no file system. Files are not read whole. */
import { openAsBlob, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { blobFiles, type FileAccess } from './file-access.ts'

export async function diskFolder(folder: string): Promise<FileAccess> {
  const blobs = new Map<string, Blob>()
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isFile()) blobs.set(entry.name, await openAsBlob(join(folder, entry.name)))
  }
  return blobFiles(folder, blobs)
}
