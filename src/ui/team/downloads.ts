/** What a team would fetch from elsewhere, for the question that is asked before it does. Pure. */
import { locateModel, type CatalogModel } from '../../engine/catalog.ts'
import type { StoredModel } from '../../workers/client-types.ts'

export interface Download {
  readonly model: string
  readonly folder: string
  /** Where the bytes come from, for people: huggingface.co. */
  readonly host: string
  /** null for what the catalogue does not know. */
  readonly entry: CatalogModel | null
  /** Bytes that are here already. */
  readonly storedBytes: number
}

export class DownloadDeclinedError extends Error {
  override readonly name = 'DownloadDeclinedError'
  constructor() {
    super('Nothing was fetched. Try again when you want these models, or choose another team.')
  }
}

/** Of these models, those that are neither the page's own nor whole in this browser. @throws ModelNameError */
export function missingDownloads(
  models: readonly string[],
  { modelBase, stored }: { readonly modelBase: string; readonly stored: readonly StoredModel[] },
): readonly Download[] {
  const missing = new Map<string, Download>()
  for (const model of models) {
    const { folder, kind, entry } = locateModel(model, modelBase)
    const here = stored.find((held) => held.folder === folder)
    if (kind === 'page' || here?.isWhole === true) continue
    missing.set(folder, {
      model,
      folder,
      host: new URL(folder).host,
      entry,
      storedBytes: here?.bytes ?? 0,
    })
  }
  return [...missing.values()]
}

/** null as soon as one of them is unknown. */
export function bytesToFetch(downloads: readonly Download[]): number | null {
  let bytes = 0
  for (const { entry, storedBytes } of downloads) {
    if (entry === null) return null
    bytes += Math.max(0, entry.downloadBytes - storedBytes)
  }
  return bytes
}
