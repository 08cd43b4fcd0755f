/**
 * From what a user writes (a path, an address, or a name on the hub) to files.
 * What a path is, only the caller knows: Node reads its disk, a page the files that were dropped on it.
 */
import type { DataFile } from './data-file.ts'
import { remoteFile } from './download.ts'
import { hubPrefix, hubSources, parseHubName, type HubAccess } from './hub.ts'
import type { DatasetSource } from './import-file.ts'
import { splitNamed, stemOf } from './split-name.ts'

export interface SourceAccess extends HubAccess {
  /** The file at a path, or all data files of a folder in the order of their names. */
  local(path: string): Promise<readonly DataFile[]>
}

/** @throws HubNameError, DownloadError, and what `local` throws */
export async function findSources(name: string, access: SourceAccess): Promise<DatasetSource[]> {
  if (name.startsWith(hubPrefix)) return hubSources(parseHubName(name), access)
  if (/^https?:\/\//.test(name)) return [sourceOf(remoteFile(name, name, access), new URL(name).pathname)]
  return (await access.local(name)).map((file) => sourceOf(file, file.name))
}

function sourceOf(file: DataFile, path: string): DatasetSource {
  return { file, title: stemOf(path), split: splitNamed(path) }
}
