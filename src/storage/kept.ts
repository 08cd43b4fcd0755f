/**
 * Everything that this site keeps in the browser, by kind: how many, how large, and how to be rid of it. Sizes are those
 * of the contents; the browser's own figure for the whole may differ. What somebody is using, in whatever tab, is refused
 * before anything is deleted.
 */
import { libraryCache } from '../common/mlc-layout.ts'
import { lessonsKey, pageCachePrefix, rememberedPrefix } from '../common/stored-names.ts'
import { existingFolder, runsFolder } from './checkpoints.ts'
import { isNotFound, type StoredFolder } from './folder.ts'
import { reportsFolder } from './kept-reports.ts'
import { inUse } from './locks.ts'
import type { ModelBrowser } from './model-browser.ts'
import { bytesOf, cacheNames } from './model-cache.ts'
import { partsFolder } from './model-parts.ts'
import { proposalsFolder } from './proposal-cache.ts'
import { removeRun } from './run-library.ts'
import { notesFolder } from './run-notes.ts'
import { removeStoredModel, storedModels } from './stored-models.ts'

export const keptKinds = [
  'runs',
  'reports',
  'proposals',
  'models',
  'page',
  'preferences',
  'lessons',
  'other',
] as const
export type KeptKind = (typeof keptKinds)[number]

export interface Amount {
  /** Runs, sets of proposals, models, files of the page, settings. */
  readonly count: number
  readonly bytes: number
}

export interface Kept extends Amount {
  readonly kind: KeptKind
}

/** Something of that kind is in use; the message says what, and what to do. Nothing has been deleted. */
export class KeptInUseError extends Error {
  override readonly name = 'KeptInUseError'
  constructor(
    readonly kind: KeptKind,
    what: string,
  ) {
    super(`Nothing was deleted: ${what}`)
  }
}

interface Keeper {
  measure(browser: ModelBrowser, root: StoredFolder): Promise<Amount>
  remove(browser: ModelBrowser, root: StoredFolder): Promise<void>
}

const nothing: Amount = { count: 0, bytes: 0 }

const keepers: Readonly<Record<KeptKind, Keeper>> = {
  runs: {
    async measure(_browser, root) {
      const [runs, notes] = await Promise.all([filesIn(root, runsFolder), filesIn(root, notesFolder)])
      return { count: runs.count, bytes: runs.bytes + notes.bytes }
    },
    async remove({ locks }, root) {
      const runs = await existingFolder(root, runsFolder)
      if (runs !== null) for (const name of await namesIn(runs)) await removeRun(root, name, { locks })
      await dropFolder(root, notesFolder)
    },
  },
  reports: {
    measure: (_browser, root) => filesIn(root, reportsFolder),
    remove: (_browser, root) => dropFolder(root, reportsFolder),
  },
  proposals: {
    measure: (_browser, root) => filesIn(root, proposalsFolder),
    remove: (_browser, root) => dropFolder(root, proposalsFolder),
  },
  models: {
    async measure(browser) {
      const models = await storedModels(browser)
      const libraries = await answersIn(browser, [libraryCache])
      const bytes = models.reduce((sum, model) => sum + model.bytes, libraries.bytes)
      return { count: models.length, bytes }
    },
    async remove(browser, root) {
      for (const { folder } of await storedModels(browser))
        await removeStoredModel({ folder, library: null }, browser)
      for (const name of cacheNames) await browser.caches.delete(name)
      await dropFolder(root, partsFolder)
    },
  },
  page: {
    measure: async (browser) => answersIn(browser, await pageCaches(browser)),
    async remove(browser) {
      await browser.leavePage()
      for (const name of await pageCaches(browser)) await browser.caches.delete(name)
    },
  },
  preferences: rememberedKeeper((key) => key.startsWith(rememberedPrefix) && key !== lessonsKey),
  lessons: rememberedKeeper((key) => key === lessonsKey),
  other: {
    async measure(_browser, root) {
      let bytes = 0
      const names = await otherNames(root)
      for (const name of names) bytes += (await filesIn(root, name)).bytes
      return { count: names.length, bytes }
    },
    async remove(_browser, root) {
      for (const name of await otherNames(root)) await root.removeEntry(name, { recursive: true })
    },
  },
}

/** One entry per kind, in the order of `keptKinds`. */
export async function keptThings(browser: ModelBrowser): Promise<readonly Kept[]> {
  const root = await browser.storage()
  return Promise.all(
    keptKinds.map(async (kind) => ({ kind, ...(await keepers[kind].measure(browser, root)) })),
  )
}

export interface InUseHere {
  /** The run that this tab has open, if any. */
  readonly run: string | null
  /** Folders of the models of the team that is loaded or loading in this tab. */
  readonly models: readonly string[]
}

/** @throws KeptInUseError before anything is deleted; RunInUseError, ModelBusyError if somebody is quicker than we are */
export async function removeKept(
  browser: ModelBrowser,
  kinds: readonly KeptKind[],
  here: InUseHere,
): Promise<void> {
  const root = await browser.storage()
  const held = inUse(await browser.heldLocks())
  for (const kind of kinds) {
    const reason = await whyNot(kind, { browser, held, here })
    if (reason !== null) throw new KeptInUseError(kind, reason)
  }
  for (const kind of kinds) await keepers[kind].remove(browser, root)
}

async function whyNot(
  kind: KeptKind,
  {
    browser,
    held,
    here,
  }: {
    readonly browser: ModelBrowser
    readonly held: ReturnType<typeof inUse>
    readonly here: InUseHere
  },
): Promise<string | null> {
  switch (kind) {
    case 'runs':
    case 'proposals':
    case 'other':
      if (held.runs.length === 0) return null
      return here.run !== null && held.runs.includes(here.run)
        ? 'a run is open in Train, and writes here. Stop it there, then delete.'
        : 'a run is open in another tab, and writes here. Stop it there or close that tab, then delete.'
    case 'models':
      if (held.models.length > 0)
        return 'a model is being downloaded, here or in another tab. Cancel that or wait for it, then delete.'
      return (await storedModels(browser)).some(({ folder }) => here.models.includes(folder))
        ? 'the team that is loaded has one of the models. Reload the page, then delete.'
        : null
    case 'reports':
    case 'page':
    case 'preferences':
    case 'lessons':
      return null
  }
}

function rememberedKeeper(isOurs: (key: string) => boolean): Keeper {
  const keysOf = ({ remembered }: ModelBrowser) => {
    const memory = remembered()
    const keys = Array.from({ length: memory?.length ?? 0 }, (_, index) => memory?.key(index) ?? '')
    return { memory, keys: keys.filter(isOurs) }
  }
  return {
    async measure(browser) {
      const { memory, keys } = keysOf(browser)
      // Browsers keep these texts as UTF-16.
      const bytes = keys.reduce((sum, key) => sum + 2 * (key + (memory?.getItem(key) ?? '')).length, 0)
      return { count: keys.length, bytes }
    },
    async remove(browser) {
      const { memory, keys } = keysOf(browser)
      for (const key of keys) memory?.removeItem(key)
    },
  }
}

async function pageCaches({ caches }: ModelBrowser): Promise<readonly string[]> {
  return (await caches.keys()).filter((name) => name.startsWith(pageCachePrefix))
}

async function answersIn({ caches }: ModelBrowser, names: readonly string[]): Promise<Amount> {
  let { count, bytes } = nothing
  const present = await caches.keys()
  for (const name of names.filter((each) => present.includes(each))) {
    const cache = await caches.open(name)
    for (const { url } of await cache.keys()) {
      count += 1
      bytes += await lengthOf(await cache.match(url))
    }
  }
  return { count, bytes }
}

/** A server may not have said how long it is, or how long it was when it was packed. */
async function lengthOf(answer: Response | undefined): Promise<number> {
  const isPacked = answer?.headers.has('content-encoding') ?? false
  const told = isPacked ? 0 : bytesOf(answer)
  return told > 0 || answer === undefined ? told : (await answer.blob()).size
}

/** What no part of this version writes: an older or newer one may have. */
async function otherNames(root: StoredFolder): Promise<readonly string[]> {
  const known = [runsFolder, notesFolder, reportsFolder, proposalsFolder, partsFolder]
  return (await namesIn(root)).filter((name) => !known.includes(name))
}

async function namesIn(folder: StoredFolder): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { name } of folder.values()) names.push(name)
  return names
}

/** Counts what stands directly in it, and all bytes below. `name` may also be a file. */
async function filesIn(root: StoredFolder, name: string): Promise<Amount> {
  for await (const entry of root.values()) {
    if (entry.name !== name) continue
    if (entry.kind === 'file') return { count: 1, bytes: (await entry.getFile()).size }
    let { count, bytes } = nothing
    for (const below of await namesIn(entry)) {
      count += 1
      bytes += (await filesIn(entry, below)).bytes
    }
    return { count, bytes }
  }
  return nothing
}

async function dropFolder(root: StoredFolder, name: string): Promise<void> {
  try {
    await root.removeEntry(name, { recursive: true })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}
