/**
 * Data sets of the Hugging Face hub by name. The newest state is read through the hub's listing of Parquet files
 * (`/api/datasets/NAME/parquet`), which every public data set has; a revision through its list of files
 * (`/api/datasets/NAME/tree/REVISION`) and their `resolve` addresses.
 */
import * as v from 'valibot'
import { nearestName } from '../../common/nearest.ts'
import { download, DownloadError, remoteFile, type Access } from './download.ts'
import type { DatasetSource } from './import-file.ts'
import { isDataFile } from './read-table.ts'
import { splitNamed, stemOf } from './split-name.ts'

export const hubPrefix = 'hub:'
export const hubAddress = 'https://huggingface.co'

/** `hub:owner/name?subset=S&split=P&revision=R`; the hub calls a subset also config. */
export interface HubName {
  readonly repository: string
  readonly subset: string | null
  readonly split: string | null
  readonly revision: string | null
}

/** A name that leads nowhere; the message lists what there is. */
export class HubNameError extends Error {
  override readonly name = 'HubNameError'
}

const parameters = ['subset', 'split', 'revision'] as const

/** @throws HubNameError */
export function parseHubName(text: string): HubName {
  const [repository = '', query = ''] = text.slice(hubPrefix.length).split('?')
  if (!/^[\w.-]+(?:\/[\w.-]+)?$/.test(repository))
    throw new HubNameError(
      `"${text}" names no data set. Write hub:owner/name, such as hub:openai/gsm8k?subset=main&split=test.`,
    )
  const given = new URLSearchParams(query)
  for (const name of given.keys())
    if (!parameters.some((known) => known === name))
      throw new HubNameError(
        `"${name}" in "${text}" is unknown. Did you mean ${nearestName(name, parameters)}?`,
      )
  return {
    repository,
    subset: given.get('subset'),
    split: given.get('split'),
    revision: given.get('revision'),
  }
}

export interface HubAccess extends Access {
  readonly hub?: string
}

/** The files that hold the data set; nothing of them is read yet. @throws HubNameError, DownloadError */
export function hubSources(name: HubName, access: HubAccess): Promise<DatasetSource[]> {
  return name.revision === null ? newest(name, access) : atRevision(name, name.revision, access)
}

/** {subset: {split: [address]}} */
const parquetListing = v.record(v.string(), v.record(v.string(), v.array(v.string())))

async function newest(name: HubName, access: HubAccess): Promise<DatasetSource[]> {
  const { repository } = name
  const address = `${access.hub ?? hubAddress}/api/datasets/${repository}/parquet`
  const listing = await readListing(address, parquetListing, { repository, access })
  return chosenSubsets(name, Object.keys(listing)).flatMap((subset) => {
    const splits = listing[subset] ?? {}
    return chosenSplits(name, Object.keys(splits)).flatMap((split) =>
      (splits[split] ?? []).map((url, i) => ({
        file: remoteFile(url, `${hubPrefix}${repository}/${subset}/${split}/${i}.parquet`, access),
        title: ['default', 'main'].includes(subset) ? stemOf(repository) : subset,
        split: splitNamed(split),
      })),
    )
  })
}

const treeListing = v.array(v.object({ type: v.string(), path: v.string() }))

async function atRevision(name: HubName, revision: string, access: HubAccess): Promise<DatasetSource[]> {
  const { repository, subset, split } = name
  const hub = access.hub ?? hubAddress
  const at = encodeURIComponent(revision)
  const tree = `${hub}/api/datasets/${repository}/tree/${at}?recursive=true`
  const listing = await readListing(tree, treeListing, { repository: `${repository} at ${revision}`, access })
  const files = listing
    .filter(({ type, path }) => type === 'file' && isDataFile(path))
    .map(({ path }) => path)
  const wanted = files.filter((path) => belongs(path, subset) && belongs(path, split))
  if (wanted.length === 0)
    throw new HubNameError(
      `${hubPrefix}${repository} has no data file at ${revision} for subset ${subset ?? 'any'} and split ${split ?? 'any'}. ` +
        `Its data files are ${some(files)}.`,
    )
  return wanted.map((path) => ({
    file: remoteFile(
      `${hub}/datasets/${repository}/resolve/${at}/${path}`,
      `${hubPrefix}${repository}/${path}`,
      access,
    ),
    title: subset ?? stemOf(path),
    split: splitNamed(path),
  }))
}

async function readListing<Schema extends v.GenericSchema>(
  address: string,
  schema: Schema,
  { repository, access }: { readonly repository: string; readonly access: HubAccess },
): Promise<v.InferOutput<Schema>> {
  const name = `${hubPrefix}${repository}`
  const response = await download(address, name, access)
  const parsed = v.safeParse(schema, await response.json().catch(() => null))
  if (parsed.success) return parsed.output
  throw new DownloadError(
    address,
    response.status,
    `${name}: the hub’s list of files cannot be read. Give a downloaded file instead.`,
  )
}

/** "all" takes every subset, as for the 27 tasks of BBH. */
function chosenSubsets({ repository, subset }: HubName, subsets: readonly string[]): readonly string[] {
  if (subset === 'all' && !subsets.includes('all')) return subsets
  if (subset !== null) return [known(subset, subsets, `${hubPrefix}${repository} has no subset`)]
  const only = subsets.length === 1 ? subsets : subsets.filter((name) => name === 'default')
  if (only.length === 1) return only
  throw new HubNameError(
    `${hubPrefix}${repository} has ${subsets.length} subsets: ${some(subsets)}. Choose one with ?subset=NAME, or ?subset=all.`,
  )
}

function chosenSplits({ repository, split }: HubName, splits: readonly string[]): readonly string[] {
  return split === null ? splits : [known(split, splits, `${hubPrefix}${repository} has no split`)]
}

function known(name: string, names: readonly string[], missing: string): string {
  if (names.includes(name)) return name
  throw new HubNameError(`${missing} "${name}". It has ${some(names)}.`)
}

/** A path belongs to a subset or split when one of its folders, or a word of its file name, is called so. */
function belongs(path: string, name: string | null): boolean {
  return (
    name === null ||
    path.split('/').includes(name) ||
    stemOf(path).split(/[-_.]/).includes(name) ||
    stemOf(path) === name
  )
}

function some(names: readonly string[]): string {
  const rest = names.length - 10
  return names.length === 0 ? 'none' : names.slice(0, 10).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
