/**
 * Where a model's files come from: those of the page's own models from its folder, all others from this browser, into
 * which they are downloaded first. Bytes are counted as they arrive.
 */
import { filesPath } from '../common/mlc-layout.ts'
import type { ModelPlace } from '../engine/catalog.ts'
import { cachedFiles } from '../engine/weights/cached-files.ts'
import { md5 } from '../engine/weights/md5.ts'
import type { Progress } from '../mlpo/stages.ts'
import { modelCacheOf } from '../storage/model-cache.ts'
import { downloadModel } from '../storage/model-download.ts'
import { countedFiles, type CountedFiles } from './counted-files.ts'

/** @throws what `downloadModel` throws */
export async function modelFiles(
  place: ModelPlace,
  onProgress: (progress: Progress) => void,
): Promise<CountedFiles> {
  const { folder, kind } = place
  const label = labelOf(place)
  const onBytes = (done: number, total: number) =>
    onProgress({ what: 'download', label, done, total, unit: 'bytes' })
  if (kind === 'page') return countedFiles(folder + filesPath, onBytes)
  await downloadModel(folder, { md5, onProgress: onBytes })
  const stored = modelCacheOf(folder, caches)
  return { files: cachedFiles(folder + filesPath, stored.match), expect: () => undefined }
}

/** The folder's own name says enough where the catalogue has none. */
function labelOf({ folder, entry }: ModelPlace): string {
  return entry?.label ?? /([^/]+)\/$/.exec(folder)?.[1] ?? folder
}
