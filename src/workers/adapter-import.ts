/**
 * A LoRA adapter from elsewhere, as PEFT writes it, becomes a stored run before its first step: so it can be asked,
 * evaluated, trained on and forked like any other. Everything is checked before anything is stored: the files, the model
 * that it was made for, and that training here can go on from it.
 */
import { unzipSync } from 'fflate'
import { filesPath, MLC_CONFIG } from '../common/mlc-layout.ts'
import { checkAdapter, readPeftAdapter } from '../engine/adapter/peft.ts'
import { newRunId } from '../common/run-id.ts'
import { locateModel } from '../engine/catalog.ts'
import type { Adapter } from '../engine/engine.ts'
import { cachedFiles } from '../engine/weights/cached-files.ts'
import { blobFiles, type FileAccess } from '../engine/weights/file-access.ts'
import { httpFiles } from '../engine/weights/http-files.ts'
import { readMlcModelConfig } from '../engine/weights/mlc.ts'
import { expectedShapes } from '../engine/weights/model-source.ts'
import { ConfigError, parseConfig, type Config } from '../mlpo/config/config.ts'
import { writeSession } from '../mlpo/session-file.ts'
import type { ModuleArrays } from '../mlpo/trainer/trainer.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import type { StoredFolder } from '../storage/folder.ts'
import type { ModelBrowser } from '../storage/model-browser.ts'
import { modelCacheOf } from '../storage/model-cache.ts'
import { changeRunNotes } from '../storage/run-notes.ts'
import type { SavedRun } from './client-types.ts'

const parts = ['adapter_config.json', 'adapter_model.safetensors'] as const
const largestBytes = 1_000_000_000
const asWritten = 'Choose both files that PEFT’s save_pretrained or “Export adapter” has written, or its zip.'

/** Files that are no adapter for this leader; the message says why and what to do. Nothing has been stored. */
export class AdapterImportError extends Error {
  override readonly name = 'AdapterImportError'
  constructor(
    readonly file: string,
    readonly problem: string,
    advice = asWritten,
  ) {
    super(`${file} cannot be imported as an adapter: ${problem}. Nothing was stored. ${advice}`)
  }
}

export interface AdapterToImport {
  readonly files: readonly File[]
  /** The settings that it is to be used under: its leader is the model that the adapter must be for. */
  readonly config: Config
}

/** @throws AdapterImportError, AdapterMismatchError, ModelFileError, StorageFullError */
export async function importAdapter(
  root: StoredFolder,
  { files, config }: AdapterToImport,
  {
    browser,
    modelBase,
    now = Date.now(),
  }: { readonly browser: ModelBrowser; readonly modelBase: string; readonly now?: number },
): Promise<SavedRun> {
  const file = files.find(({ name }) => name !== parts[0])?.name ?? files[0]?.name ?? 'Nothing'
  const adapter = await readPeftAdapter(await chosenFiles(files, file))
  const layers = await leaderModel(config.leader, { browser, modelBase })
  checkAdapter(adapter, { id: config.leader, config: layers })
  const settings = settingsFor(adapter, { file, config, shapes: expectedShapes(layers) })
  const runId = newRunId({ now, random: Math.random() })
  await openCheckpoints(root, runId).write(firstCheckpoint(settings, adapter), { step: 0 })
  const name = file.slice(0, 200)
  const source = `Adapter imported from ${name}`
  await changeRunNotes(root, runId, {
    change: { name: `Adapter ${name}`.slice(0, 120), adapter: name, source, createdAt: now },
    locks: browser.locks,
  })
  return {
    ...{ runId, config: settings, step: 0, steps: [], evaluations: [] },
    ...{ rewards: [], questions: null, leftOut: null, adapter: name },
  }
}

function firstCheckpoint(config: Config, given: Adapter): Uint8Array<ArrayBuffer> {
  // The same weights may go by another name where it was trained.
  const adapter = { ...given, baseModel: config.leader }
  const zeros = ({ a, b }: ModuleArrays) => ({ a: new Float32Array(a.length), b: new Float32Array(b.length) })
  const moments = new Map(
    [...adapter.modules].map(([path, module]) => [path, { first: zeros(module), second: zeros(module) }]),
  )
  return writeSession({
    ...{ config, step: 0, cursor: 0, evaluatedAt: null, history: [], evaluations: [] },
    ...{ rewards: [], questions: null, leftOut: null, dataId: null, sft: null, revisedOn: null },
    trainer: { updates: 0, adapter, start: adapter, moments },
  })
}

/** As the adapter has them; the first phase of training is behind it. */
function settingsFor(
  { r, alpha, dropout = 0, modules }: Adapter,
  {
    file,
    config,
    shapes,
  }: {
    readonly file: string
    readonly config: Config
    readonly shapes: ReadonlyMap<string, readonly number[]>
  },
): Config {
  const projectionOf = (path: string) => path.slice(path.lastIndexOf('.') + 1)
  const targets = [...new Set([...modules.keys()].map(projectionOf))]
  for (const name of shapes.keys()) {
    const path = name.replace(/\.weight$/, '')
    if (targets.includes(projectionOf(path)) && name.endsWith('.weight') && !modules.has(path))
      throw new AdapterImportError(
        file,
        `it adapts ${projectionOf(path)} in some layers only, and has nothing for ${path}`,
        'Training here adapts a projection in every layer: choose an adapter that was made so.',
      )
  }
  try {
    const lora = {
      ...{ lora_r: r, lora_alpha: alpha, lora_dropout: dropout },
      lora_target_modules: targets,
    }
    return parseConfig({ ...config, ...lora, sft: 'off' })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new AdapterImportError(file, `its shape cannot be used here (${error.message})`, '')
  }
}

/** Without its weights; a leader from the web must be in this browser already. */
async function leaderModel(
  leader: string,
  { browser, modelBase }: { readonly browser: ModelBrowser; readonly modelBase: string },
) {
  const { folder, kind } = locateModel(leader, modelBase)
  if (kind === 'page') return readMlcModelConfig(httpFiles(folder + filesPath, { fetch: browser.fetch }))
  const stored = modelCacheOf(folder, browser.caches)
  if (!(await stored.names()).has(MLC_CONFIG))
    throw new AdapterImportError(
      'The adapter',
      `it would be used with ${leader}, which is not in this browser yet`,
      'Ask that team something in the Arena, which fetches it; then import again.',
    )
  return readMlcModelConfig(cachedFiles(folder + filesPath, stored.match))
}

async function chosenFiles(files: readonly File[], named: string): Promise<FileAccess> {
  for (const { name, size } of files)
    if (size > largestBytes)
      throw new AdapterImportError(name, `it has ${(size / 1e9).toFixed(1)} GB, and at most 1 GB is read`)
  const [only] = files
  if (only !== undefined && files.length === 1 && /\.zip$/i.test(only.name)) return zipped(only)
  if (files.some(({ name }) => /\.(bin|pt|pth)$/i.test(name)))
    throw new AdapterImportError(
      named,
      'it is a Python pickle, which could run code and is not read',
      'Save the adapter again as safetensors (save_pretrained with safe_serialization=True).',
    )
  const found = new Map<string, Blob>()
  for (const part of parts) {
    const file = files.find(({ name }) => name === part)
    if (file === undefined) throw new AdapterImportError(named, `there is no ${part} beside it`)
    found.set(part, file)
  }
  return blobFiles('The chosen files', found)
}

async function zipped(file: File): Promise<FileAccess> {
  const inside = (name: string) => parts.find((part) => name === part || name.endsWith(`/${part}`))
  const refuse = (problem: string): never => {
    throw new AdapterImportError(file.name, problem)
  }
  const sizes: number[] = []
  let entries: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {}
  try {
    entries = unzipSync(new Uint8Array(await file.arrayBuffer()), {
      filter({ name, originalSize }) {
        if (inside(name) === undefined) return false
        sizes.push(originalSize)
        return originalSize <= largestBytes
      },
    })
  } catch (error) {
    refuse(`it is no whole zip file (${error instanceof Error ? error.message : String(error)})`)
  }
  if (sizes.some((size) => size > largestBytes)) refuse('it unpacks to more than 1 GB')
  const found = new Map<string, Blob>()
  for (const part of parts) {
    const names = Object.keys(entries).filter((name) => inside(name) === part)
    if (names.length > 1) refuse(`there is more than one ${part} in it`)
    const bytes = entries[names[0] ?? '']
    if (bytes === undefined) return refuse(`there is no ${part} in it`)
    found.set(part, new Blob([bytes]))
  }
  return blobFiles(file.name, found)
}
