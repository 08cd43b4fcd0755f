/**
 * Which models there are, and where the name in a configuration leads: the embedded team in the page's own folder,
 * WebLLM's ready-made versions of small models, and any other folder in MLC's layout by its address or hub name. Light
 * enough for the page: facts, no engine.
 */
import { modelFamilies, type Licence, type ModelFamily, type StoredFormat } from './catalog-families.ts'
import { EngineError } from './engine.ts'

export interface CatalogModel {
  /** What a configuration calls it. */
  readonly id: string
  readonly label: string
  readonly format: StoredFormat
  readonly parameters: number
  readonly contextLength: number
  readonly licence: Licence
  /** What comes over the net, about. */
  readonly downloadBytes: number
  /** GPU memory under WebLLM with a full context, by WebLLM's estimate. */
  readonly memoryBytes: number
  /** Trainable, and run by our own model library. */
  readonly architecture: ModelFamily['architecture']
  /** Address of WebLLM's own model library for it. */
  readonly library: string
}

/** Where a model's files are. */
export interface ModelPlace {
  /** Address of the folder that has `resolve/main/` in it, with its closing slash. */
  readonly folder: string
  /** `page`: the page's own files. `web`: kept in this browser by a download of its own. */
  readonly kind: 'page' | 'web'
  /** null for a model that the catalogue does not know. */
  readonly entry: CatalogModel | null
}

/** A name that leads to no model. */
export class ModelNameError extends EngineError {
  override readonly name = 'ModelNameError'
  constructor(
    readonly model: string,
    reason: string,
  ) {
    super(
      `“${model}” is no model: ${reason}. Give a name from the list, a hub name such as mlc-ai/SmolLM2-135M-Instruct-q0f32-MLC, or the address of a folder in MLC’s layout.`,
    )
  }
}

/** The embedded team, in the page's own folder. */
export const embeddedModels: readonly { readonly id: string; readonly label: string }[] = [
  { id: 'nano-leader', label: 'Nano leader' },
  { id: 'nano-math', label: 'Nano math' },
  { id: 'nano-logic', label: 'Nano logic' },
  { id: 'nano-knowledge', label: 'Nano knowledge' },
]

const hub = 'https://huggingface.co/'
const weightsOwner = 'mlc-ai/'
/** The libraries that go with the WebLLM that is installed. */
const libraryFolder =
  'https://raw.githubusercontent.com/mlc-ai/binary-mlc-llm-libs/main/web-llm-models/v0_2_86/base/'

/** MLC stores float32 as bfloat16; four bits come with a scale for each 32 weights. */
const bytesPerWeight: Readonly<Record<StoredFormat, number>> = {
  q0f32: 2,
  q0f16: 2,
  q4f32_1: 0.5 + 4 / 32,
  q4f16_1: 0.5 + 2 / 32,
}

/** Families in the catalogue's order, each with its formats, the most exact first. */
export const catalog: readonly CatalogModel[] = modelFamilies.flatMap((family) =>
  (['q0f32', 'q0f16', 'q4f32_1', 'q4f16_1'] as const).flatMap((format) => {
    const memoryMb = family.memoryMb[format]
    return memoryMb === undefined ? [] : [entryOf(family, format, memoryMb)]
  }),
)

const byId = new Map(catalog.map((entry) => [entry.id, entry]))

/** undefined for the embedded team and for what is named by an address. */
export function catalogEntry(model: string): CatalogModel | undefined {
  return byId.get(model)
}

/**
 * Where the files of a model are: a name of the catalogue, `owner/name` on the hub, an http(s) address, else a folder
 * under `modelBase`, which ends with a slash.
 * @throws ModelNameError
 */
export function locateModel(model: string, modelBase: string): ModelPlace {
  const entry = byId.get(model) ?? null
  if (entry !== null) return { folder: `${hub}${weightsOwner}${model}/`, kind: 'web', entry }
  if (/^[a-z]+:/i.test(model)) return { folder: webFolder(model), kind: 'web', entry }
  const parts = model.split('/')
  if (parts.some((part) => !/^[\w.-]+$/.test(part) || /^\.+$/.test(part)))
    throw new ModelNameError(model, 'it has a character that no name has')
  if (parts.length === 1) return { folder: `${modelBase}${model}/`, kind: 'page', entry }
  if (parts.length > 2) throw new ModelNameError(model, 'a hub name has one slash')
  const [owner = '', name = ''] = parts
  const known = `${owner}/` === weightsOwner ? (byId.get(name) ?? null) : null
  return { folder: `${hub}${model}/`, kind: 'web', entry: known }
}

/** What a configuration calls the model of this folder, in short: `locateModel` leads back to it. */
export function modelName(folder: string, modelBase: string): string {
  for (const base of [hub + weightsOwner, modelBase, hub]) {
    const name = folder.slice(base.length, -1)
    if (folder.startsWith(base) && leadsTo(folder, name, modelBase)) return name
  }
  return folder
}

function leadsTo(folder: string, name: string, modelBase: string): boolean {
  try {
    return locateModel(name, modelBase).folder === folder
  } catch {
    return false
  }
}

function webFolder(address: string): string {
  const url = URL.parse(address)
  if (url === null) throw new ModelNameError(address, 'it is not a whole address')
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new ModelNameError(address, `it begins with ${url.protocol}, not with https:`)
  if (url.search !== '' || url.hash !== '')
    throw new ModelNameError(address, 'the address of a folder has no “?” or “#”')
  const path = url.pathname.replace(/\/+$/, '').replace(/\/resolve\/main$/, '')
  return `${url.origin}${path}/`
}

function entryOf(family: ModelFamily, format: StoredFormat, memoryMb: number): CatalogModel {
  const { name, label, parameters, contextLength, licence, architecture } = family
  return {
    id: `${name}-${format}-MLC`,
    label,
    format,
    parameters,
    contextLength,
    licence,
    downloadBytes: parameters * bytesPerWeight[format],
    memoryBytes: memoryMb * 2 ** 20,
    architecture,
    library: `${libraryFolder}${family.libraryOf ?? name}-${format}_cs1k-webgpu.wasm`,
  }
}
