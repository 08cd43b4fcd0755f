/** Which models this browser keeps, whole or half done, and how one is deleted. Reads no weights. */
import { filesPath, libraryCache, MLC_CONFIG, MLC_MANIFEST } from '../common/mlc-layout.ts'
import { lockModel } from './locks.ts'
import { bytesOf, cacheNames, modelCacheOf, type Caches } from './model-cache.ts'
import type { ModelBrowser } from './model-browser.ts'
import { dropParts, keptParts } from './model-parts.ts'

export interface StoredFolderOfModel {
  /** The address that it came from, with its closing slash. */
  readonly folder: string
  /** Of everything that has arrived. */
  readonly bytes: number
  /** Otherwise a download goes on from here. */
  readonly isWhole: boolean
}

/** Another tab is fetching the model. */
export class ModelBusyError extends Error {
  override readonly name = 'ModelBusyError'
  constructor(readonly folder: string) {
    super(`${folder} is being downloaded in another tab. Cancel it there, then delete it.`)
  }
}

/** In order of their addresses. */
export async function storedModels({
  caches,
  storage,
}: Pick<ModelBrowser, 'caches' | 'storage'>): Promise<readonly StoredFolderOfModel[]> {
  const kept = await keptParts(await storage())
  const folders = new Set(kept.keys())
  for (const { url } of await everything(caches)) {
    const [folder, name] = url.split(filesPath)
    if (folder !== undefined && name !== undefined) folders.add(folder)
  }
  const models: StoredFolderOfModel[] = []
  for (const folder of [...folders].sort()) {
    const cache = modelCacheOf(folder, caches)
    const names = await cache.names()
    let bytes = kept.get(folder) ?? 0
    for (const name of names) bytes += bytesOf(await cache.match(name))
    models.push({ folder, bytes, isWhole: names.has(MLC_CONFIG) && names.has(MLC_MANIFEST) })
  }
  return models
}

/**
 * Deletes what there is of the model. `library` is the address of a model library that nothing else needs; null = none.
 * @throws ModelBusyError when another tab does not let go within the patience
 */
export async function removeStoredModel(
  { folder, library }: { readonly folder: string; readonly library: string | null },
  { caches, storage, locks }: Pick<ModelBrowser, 'caches' | 'storage' | 'locks'>,
  { patienceMs = 3000 }: { readonly patienceMs?: number } = {},
): Promise<void> {
  const signal = AbortSignal.timeout(patienceMs)
  const release = await lockModel(folder, { signal, locks }).catch((error: unknown) => {
    throw signal.aborted ? new ModelBusyError(folder) : error
  })
  try {
    await modelCacheOf(folder, caches).delete(MLC_MANIFEST)
    for (const { cache, url } of await everything(caches))
      if (url.startsWith(folder + filesPath)) await cache.delete(url)
    if (library !== null) await (await caches.open(libraryCache)).delete(library)
    await dropParts(await storage(), folder)
  } finally {
    release()
  }
}

async function everything(caches: Caches) {
  const found: { readonly cache: Awaited<ReturnType<Caches['open']>>; readonly url: string }[] = []
  // To open a cache is to make it.
  const present = await caches.keys()
  for (const name of cacheNames.filter((each) => present.includes(each))) {
    const cache = await caches.open(name)
    for (const { url } of await cache.keys()) found.push({ cache, url })
  }
  return found
}
