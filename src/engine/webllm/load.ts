/**
 * Loads one model folder in MLC's layout into WebLLM, with our model library. The library goes to WebLLM as a `blob:`
 * address, because WebLLM fetches any address that does not begin with "http" plainly and never caches it.
 */
import { MLCEngine } from '@mlc-ai/web-llm'
import * as v from 'valibot'
import { MLC_CONFIG } from '../../common/mlc-layout.ts'
import { probeDevice, WebGpuMissingError } from '../device.ts'
import { ModelFileError } from '../engine.ts'
import type { ModelSource } from '../llama/config.ts'
import type { FileAccess } from '../weights/file-access.ts'
import { openMlcFolder } from '../weights/mlc.ts'
import { readJson } from '../weights/read-json.ts'
import { fillWebLlmCache } from './browser-cache.ts'
import { WebLlmInternals } from './internals.ts'
import type { LibraryFormat } from './library.ts'
import { configureLibrary, libraryFormats } from './library.ts'
import { checkAdapters } from './self-check.ts'

const quantisationSchema = v.object({ quantization: v.picklist(libraryFormats) })

export interface LoadOptions {
  /** The model's folder in MLC's layout. */
  readonly files: FileAccess
  /** An absolute address that stands for the model in WebLLM's caches, with its closing slash; nothing is fetched there. */
  readonly modelUrl: string
  /** Address of the compiled library. */
  readonly libraryUrl: string
  /** Tokens that run through the model at once. */
  readonly chunkTokens?: number
  /** The folder, if it has been opened already. */
  readonly source?: ModelSource
  readonly onKernel?: (compiled: number, total: number) => void
}

export interface WebLlmModel {
  readonly id: string
  readonly engine: MLCEngine
  readonly internals: WebLlmInternals
  readonly logits: LogitTap
  readonly source: ModelSource
  readonly format: LibraryFormat
}

/** Sees the logits that WebLLM samples from, and the tokens that it drew; changes nothing. */
export class LogitTap {
  logits: Float32Array = new Float32Array(0)
  readonly sampled: number[] = []

  processLogits(logits: Float32Array): Float32Array {
    this.logits = logits
    return logits
  }

  processSampledToken(token: number): void {
    this.sampled.push(token)
  }

  resetState(): void {
    this.sampled.length = 0
  }
}

export async function loadWebLlm({
  files,
  modelUrl,
  libraryUrl,
  chunkTokens = 512,
  source: opened,
  onKernel,
}: LoadOptions): Promise<WebLlmModel> {
  const probe = await probeDevice(navigator.gpu)
  if (probe.kind === 'no-webgpu') throw new WebGpuMissingError(probe.reason)
  if (probe.lacks !== null) throw new WebGpuMissingError(`of this device ${probe.lacks}`)
  const softwareDevice = probe.kind === 'software-webgpu'
  const source = opened ?? (await openMlcFolder(files))
  const { quantization: format } = await readJson(files, MLC_CONFIG, quantisationSchema)
  const { id, config } = source
  const chunkSize = Math.min(config.contextLength, chunkTokens)
  const settings = { config, format, chunkSize, softwareDevice }
  const library = configureLibrary(await fetchLibrary(libraryUrl), settings)
  await fillWebLlmCache(files, `${modelUrl}resolve/main/`)
  const logits = new LogitTap()
  const modelLib = URL.createObjectURL(new Blob([library], { type: 'application/wasm' }))
  const engine = new MLCEngine({
    appConfig: { model_list: [{ model: modelUrl, model_id: id, model_lib: modelLib }] },
    logitProcessorRegistry: new Map([[id, logits]]),
    logLevel: 'ERROR',
    initProgressCallback({ text }) {
      const [, compiled, total] = /shader modules\[(\d+)\/(\d+)\]/.exec(text) ?? []
      if (total !== undefined) onKernel?.(Number(compiled), Number(total))
    },
  })
  try {
    await engine.reload(id)
    const internals = new WebLlmInternals(engine, id)
    const logitsAfter = async (ids: readonly number[]) => {
      await engine.resetChat(false, id)
      await engine.forwardTokensAndSample([...ids], true, id)
      return logits.logits
    }
    await checkAdapters({ config, internals, logitsAfter })
    return { id, engine, internals, logits, source, format }
  } catch (error) {
    await engine.unload()
    throw error
  } finally {
    URL.revokeObjectURL(modelLib)
  }
}

async function fetchLibrary(url: string): Promise<Uint8Array> {
  const response = await fetch(url)
  if (!response.ok) throw new ModelFileError(url, 'the model library', `HTTP status ${response.status}`)
  return new Uint8Array(await response.arrayBuffer())
}
