/**
 * A model by its name, as an engine in this worker: which engine and library, its files, its weights. Bytes are
 * counted as they arrive. Each worker loads one model, and the code of one engine: the other is never fetched.
 */
import { hashText } from '../common/hash.ts'
import { MLC_MANIFEST } from '../common/mlc-layout.ts'
import { locateModel } from '../engine/catalog.ts'
import { chatModelOf, type ChatModel } from '../engine/chat-model.ts'
import { usualContextLength, withContextLength } from '../engine/context-length.ts'
import { probeDevice } from '../engine/device.ts'
import { ModelFileError, type BaseWeights, type Engine } from '../engine/engine.ts'
import type { ModelSource } from '../engine/llama/config.ts'
import type { Kernels } from '../engine/llama/kernels.ts'
import type { FileAccess } from '../engine/weights/file-access.ts'
import { openMlcChat } from '../engine/weights/mlc-chat.ts'
import { openMlcFolder } from '../engine/weights/mlc.ts'
import type { Progress } from '../mlpo/stages.ts'
import { chooseEngine, choiceWithoutWebLlm, type Choice } from './choose-engine.ts'
import { chooseLibrary, type LibraryChoice } from './choose-library.ts'
import type { ModelFiles } from './engine-server.ts'
import { modelFiles } from './model-files.ts'
import type { DeviceReport, LibraryName, Wanted } from './protocol.ts'

export interface LoadRequest {
  readonly model: string
  /** Folder of the models, ending with a slash. */
  readonly modelBase: string
  readonly wanted: Wanted
  /** Tokens, prompt and completion together; null = the model's own, within reason. */
  readonly contextLength: number | null
  /** Only the leader's worker trains. */
  readonly role: 'leader' | 'peer'
  readonly onProgress: (progress: Progress) => void
}

export interface LoadedModel {
  readonly engine: Engine
  readonly files: ModelFiles
  readonly device: DeviceReport
  /** null under an engine without model libraries. */
  readonly library: LibraryName | null
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
  readonly chat: ChatModel
  readonly choice: Choice
  readonly role: LoadRequest['role']
  readonly onProgress: LoadRequest['onProgress']
}

/** What a loader gets for a model whose weights we can read. */
export interface SourceInput extends LoaderInput {
  readonly source: ModelSource
}

export type Loaded = Omit<LoadedModel, 'files'>

/**
 * @throws WebGpuMissingError, NoGpuError, ModelNameError, CannotLeadError, OnlyUnderWebLlmError, ShaderF16Error,
 * TooLargeError, ModelFileError, ContextLengthError, and what `downloadModel` throws
 */
export async function loadModel(request: LoadRequest): Promise<LoadedModel> {
  const { model, modelBase, wanted, role, onProgress } = request
  const probe = await probeDevice(gpuHere())
  const choice = chooseEngine(probe, wanted)
  const place = locateModel(model, modelBase)
  const { folder, kind, entry } = place
  const shaderF16 = probe.kind !== 'no-webgpu' && probe.shaderF16
  const wish = { engine: choice.engine, library: wanted.library, role, shaderF16 }
  const library = chooseLibrary(entry, wish)
  const { files, expect } = await modelFiles(place, onProgress)
  const context = { asked: request.contextLength, most: kind === 'page' ? Infinity : usualContextLength }
  const input = { folder, files, choice, role, onProgress }
  let chat: ChatModel
  let loaded: Loaded
  if (library?.name === 'prebuilt' && entry?.architecture === null) {
    chat = await openMlcChat(files, { id: model, entry, ...context })
    expect(chat.info.weightBytes)
    const { loadUnreadUnderWebLlm } = await import('./load-webllm.ts')
    loaded = await loadUnreadUnderWebLlm({ ...input, chat }, library)
  } else {
    const source = withContextLength(await openMlcFolder(files, { id: model }), context)
    chat = chatModelOf(source)
    expect(chat.info.weightBytes)
    loaded = await loadUnder({ ...input, chat, source }, { library, wanted })
  }
  const { tokenizer, tokenizerConfig } = chat
  // The manifest has the hash of every shard.
  const manifest = new TextDecoder().decode(await files.read(MLC_MANIFEST))
  const fingerprint = `${model}/${hashText(manifest).toString(16)}`
  return { ...loaded, files: { tokenizer, tokenizerConfig, fingerprint } }
}

async function loadUnder(
  input: SourceInput,
  { library, wanted }: { readonly library: LibraryChoice | null; readonly wanted: Wanted },
): Promise<Loaded> {
  if (library === null) return loadTfjs(input)
  const { loadUnderWebLlm } = await import('./load-webllm.ts')
  try {
    return await loadUnderWebLlm(input, library)
  } catch (error) {
    // A broken file is broken under every engine, and who asked for WebLLM should learn why there is none.
    if (wanted.engine === 'webllm' || error instanceof ModelFileError) throw error
    const why = error instanceof Error ? error.message : String(error)
    return loadTfjs({ ...input, choice: choiceWithoutWebLlm(why) })
  }
}

async function loadTfjs(input: SourceInput): Promise<Loaded> {
  const { loadUnderTfjs } = await import('./load-tfjs.ts')
  return loadUnderTfjs(input)
}

/** TypeScript's types promise it; browsers without WebGPU and insecure pages do not have it. */
function gpuHere(): GPU | undefined {
  return 'gpu' in navigator ? navigator.gpu : undefined
}
