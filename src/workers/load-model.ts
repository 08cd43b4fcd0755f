/**
 * A model as an engine in this worker: which engine, its files, its weights. The page's own models are read from its
 * folder, any other is downloaded into this browser first and read from there. Bytes are counted as they arrive. Each worker loads one model, and the code of one engine: the other is never fetched.
 */
import { hashText } from '../common/hash.ts'
import { filesPath, MLC_MANIFEST } from '../common/mlc-layout.ts'
import { locateModel, type ModelPlace } from '../engine/catalog.ts'
import { probeDevice } from '../engine/device.ts'
import { ModelFileError, type BaseWeights, type Engine } from '../engine/engine.ts'
import type { ModelSource } from '../engine/llama/config.ts'
import type { Kernels } from '../engine/llama/kernels.ts'
import type { FileAccess } from '../engine/weights/file-access.ts'
import { cachedFiles } from '../engine/weights/cached-files.ts'
import { md5 } from '../engine/weights/md5.ts'
import { openMlcFolder } from '../engine/weights/mlc.ts'
import type { Progress } from '../mlpo/stages.ts'
import { chooseEngine, choiceWithoutWebLlm, type Choice } from './choose-engine.ts'
import { modelCacheOf } from '../storage/model-cache.ts'
import { downloadModel } from '../storage/model-download.ts'
import { countedFiles, type CountedFiles } from './counted-files.ts'
import type { ModelFiles } from './engine-server.ts'
import type { BackendName, DeviceReport, EngineName } from './protocol.ts'

export interface LoadRequest {
  readonly model: string
  /** Folder of the models, ending with a slash. */
  readonly modelBase: string
  readonly engine: EngineName | null
  readonly backend: BackendName | null
  /** Only the leader's worker trains. */
  readonly role: 'leader' | 'peer'
  readonly onProgress: (progress: Progress) => void
}

export interface LoadedModel {
  readonly engine: Engine
  readonly files: ModelFiles
  readonly device: DeviceReport
  /** For the trainer; null in a peer's worker. */
  readonly training: Training | null
}

/** What a trainer stands on. */
export interface TrainingGround {
  readonly base: BaseWeights
  readonly kernels: Kernels
}

export interface Training {
  /** Another one after the device was lost. */
  ground(): TrainingGround
  /** After a failure: resolves to whether the device had been lost and everything stands on a new one. */
  recover(): Promise<boolean>
}

/** What each engine's own loader gets. */
export interface LoaderInput {
  /** An absolute address with its closing slash. */
  readonly folder: string
  readonly files: FileAccess
  readonly source: ModelSource
  readonly choice: Choice
  readonly role: LoadRequest['role']
  readonly onProgress: LoadRequest['onProgress']
}

export type Loaded = Omit<LoadedModel, 'files'>

/**
 * @throws ModelNameError, WebGpuMissingError, NoGpuError, TooLargeError, ModelFileError, and what `downloadModel` throws
 */
export async function loadModel(request: LoadRequest): Promise<LoadedModel> {
  const { model, modelBase, role, onProgress } = request
  const choice = chooseEngine(await probeDevice(gpuHere()), request)
  const place = locateModel(model, modelBase)
  const { folder } = place
  const { files, expect } = await filesOf(place, (done, total) =>
    onProgress({ what: 'download', label: labelOf(place), done, total, unit: 'bytes' }),
  )
  const source = await openMlcFolder(files, { id: model })
  expect(source.weightBytes)
  const loaded = await loadUnder({ folder, files, source, choice, role, onProgress }, request)
  const { tokenizer, tokenizerConfig } = source
  // The manifest has the hash of every shard.
  const manifest = new TextDecoder().decode(await files.read(MLC_MANIFEST))
  const fingerprint = `${model}/${hashText(manifest).toString(16)}`
  return { ...loaded, files: { tokenizer, tokenizerConfig, fingerprint } }
}

async function filesOf(
  { folder, kind }: ModelPlace,
  onBytes: (done: number, total: number) => void,
): Promise<CountedFiles> {
  if (kind === 'page') return countedFiles(folder + filesPath, onBytes)
  await downloadModel(folder, { md5, onProgress: onBytes })
  const stored = modelCacheOf(folder, caches)
  return { files: cachedFiles(folder + filesPath, stored.match), expect: () => undefined }
}

/** The folder's own name says enough where the catalogue has none. */
function labelOf({ folder, entry }: ModelPlace): string {
  return entry?.label ?? /([^/]+)\/$/.exec(folder)?.[1] ?? folder
}

async function loadUnder(input: LoaderInput, { engine }: LoadRequest): Promise<Loaded> {
  if (input.choice.engine === 'tfjs') return loadTfjs(input)
  const { loadUnderWebLlm } = await import('./load-webllm.ts')
  try {
    return await loadUnderWebLlm(input)
  } catch (error) {
    // A broken file is broken under every engine, and who asked for WebLLM should learn why there is none.
    if (engine === 'webllm' || error instanceof ModelFileError) throw error
    const why = error instanceof Error ? error.message : String(error)
    return loadTfjs({ ...input, choice: choiceWithoutWebLlm(why) })
  }
}

async function loadTfjs(input: LoaderInput): Promise<Loaded> {
  const { loadUnderTfjs } = await import('./load-tfjs.ts')
  return loadUnderTfjs(input)
}

/** TypeScript's types promise it; browsers without WebGPU and insecure pages do not have it. */
function gpuHere(): GPU | undefined {
  return 'gpu' in navigator ? navigator.gpu : undefined
}
