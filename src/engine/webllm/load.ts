/** Loads one model folder in MLC's layout into WebLLM, with a model library, and tries what we are going to do with it. */
import { MLCEngine } from '@mlc-ai/web-llm'
import * as v from 'valibot'
import { MLC_CONFIG } from '../../common/mlc-layout.ts'
import type { ChatModel } from '../chat-model.ts'
import { probeDevice, WebGpuMissingError } from '../device.ts'
import type { FileAccess } from '../weights/file-access.ts'
import { readJson } from '../weights/read-json.ts'
import { fillWebLlmCache } from './browser-cache.ts'
import { WebLlmInternals } from './internals.ts'
import { libraryFormats } from './library.ts'
import type { LoraSink } from './lora-sink.ts'
import type { ModelLibrary } from './model-library.ts'
import { LogitTap, type RunningModel } from './running-model.ts'
import { checkAdapters, checkLogits } from './self-check.ts'
import type { Sequence } from './sequence.ts'

const quantisationSchema = v.object({ quantization: v.picklist(libraryFormats) })

export interface LoadOptions {
  /** The model's folder in MLC's layout. */
  readonly files: FileAccess
  readonly chat: ChatModel
  /** An absolute address that stands for the model in WebLLM's caches, with its closing slash; nothing is fetched there. */
  readonly modelUrl: string
  readonly library: ModelLibrary
  readonly onKernel?: (compiled: number, total: number) => void
}

export interface WebLlmModel extends RunningModel {
  readonly chat: ChatModel
  readonly library: ModelLibrary
  readonly sequence: Sequence
  /** null: the library takes no adapters. */
  readonly sink: LoraSink | null
}

export async function loadWebLlm(options: LoadOptions): Promise<WebLlmModel> {
  const { files, chat, modelUrl, library, onKernel } = options
  const softwareDevice = await isSoftwareDevice()
  const { id } = chat.info
  const { quantization: format } = await readJson(files, MLC_CONFIG, quantisationSchema)
  const place = await library.place({ format, softwareDevice })
  await fillWebLlmCache(files, `${modelUrl}resolve/main/`)
  const logits = new LogitTap()
  const engine = new MLCEngine({
    appConfig: { model_list: [{ model: modelUrl, model_id: id, model_lib: place.url }] },
    logitProcessorRegistry: new Map([[id, logits]]),
    logLevel: 'ERROR',
    initProgressCallback({ text }) {
      const [, compiled, total] = /shader modules\[(\d+)\/(\d+)\]/.exec(text) ?? []
      if (total !== undefined) onKernel?.(Number(compiled), Number(total))
    },
  })
  try {
    await engine.reload(id, { ...ownSampling, context_window_size: chat.info.contextLength })
    const internals = new WebLlmInternals(engine, id)
    const running: RunningModel = { id, engine, internals, logits, format }
    const sequence = library.sequence(running)
    const sink = library.adapters?.sink(running) ?? null
    await checkModel({ ...running, chat, library, sequence, sink })
    return { ...running, chat, library, sequence, sink }
  } catch (error) {
    await engine.unload()
    throw error
  } finally {
    place.release()
  }
}

/** The sampler is ours; a file that leaves one of these out would make WebLLM's own fail, whose token is not used. */
const ownSampling = {
  temperature: 1,
  top_p: 1,
  presence_penalty: 0,
  frequency_penalty: 0,
  repetition_penalty: 1,
}

async function isSoftwareDevice(): Promise<boolean> {
  const probe = await probeDevice(navigator.gpu)
  if (probe.kind === 'no-webgpu') throw new WebGpuMissingError(probe.reason)
  if (probe.lacks !== null) throw new WebGpuMissingError(`of this device ${probe.lacks}`)
  return probe.kind === 'software-webgpu'
}

async function checkModel({ chat, library, sequence, sink }: WebLlmModel): Promise<void> {
  const logitsAfter = (ids: readonly number[]) => sequence.start(ids)
  const { vocabularySize } = chat.info
  await checkLogits({ vocabularySize, logitsAfter })
  if (sink !== null && library.adapters !== null)
    await checkAdapters({ source: library.adapters.source, sink, logitsAfter })
}
