/**
 * A model of the page's model folder, as an engine in this worker: device, files, weights. Bytes are counted as they
 * arrive. Each worker loads one model.
 */
import { hashText } from '../common/hash.ts'
import type { Engine } from '../engine/engine.ts'
import type { ModelSource } from '../engine/llama/config.ts'
import type { Kernels } from '../engine/llama/kernels.ts'
import { createTfjsEngine } from '../engine/tfjs/tfjs-engine.ts'
import { createTokenizer } from '../engine/tokenizer/tokenizer.ts'
import type { FileAccess } from '../engine/weights/file-access.ts'
import { httpFiles } from '../engine/weights/http-files.ts'
import { MLC_MANIFEST, openMlcFolder } from '../engine/weights/mlc.ts'
import type { Progress } from '../mlpo/stages.ts'
import type { ModelFiles } from './engine-server.ts'
import { checkFits, openDevice } from './open-device.ts'
import type { BackendName, DeviceReport } from './protocol.ts'

export interface LoadRequest {
  readonly model: string
  /** Folder of the models, ending with a slash. */
  readonly modelBase: string
  readonly backend: BackendName | null
  readonly onProgress: (progress: Progress) => void
}

export interface LoadedModel {
  readonly engine: Engine
  readonly files: ModelFiles
  readonly device: DeviceReport
  /** For a trainer on the same backend. */
  readonly kernels: Kernels
}

export async function loadModel({
  model,
  modelBase,
  backend,
  onProgress,
}: LoadRequest): Promise<LoadedModel> {
  const { kernels, report: device } = await openDevice(backend)
  let done = 0
  let total = 0
  const report = () =>
    onProgress({ what: 'download', label: model, done: Math.min(done, total), total, unit: 'bytes' })
  const count = (bytes: number) => {
    done += bytes
    if (total > 0) report()
  }
  const files = mlcFiles(`${modelBase}${model}/resolve/main/`, count)
  const source = await openMlcFolder(files, { id: model })
  // What was read so far are the small files.
  total = done + source.weightBytes
  report()
  const { tokenizer, tokenizerConfig } = source
  checkFits(device.backend, { id: model, parameterCount: parameterCount(source) })
  const engine = await createTfjsEngine({ source, tokenizer: createTokenizer(source), kernels })
  // The manifest has the hash of every shard.
  const manifest = new TextDecoder().decode(await files.read(MLC_MANIFEST))
  const fingerprint = `${model}/${hashText(manifest).toString(16)}`
  return { engine, files: { tokenizer, tokenizerConfig, fingerprint }, device, kernels }
}

/** Before anything is unpacked. */
function parameterCount({ names, shape }: ModelSource): number {
  let count = 0
  for (const name of names) count += shape(name).reduce((product, size) => product * size, 1)
  return count
}

/** What a folder may lack and the page can do without: asking for it would write a 404 into the console. */
const unasked = ['chat_template.jinja', 'README.md']

function mlcFiles(folder: string, onBytes: (count: number) => void): FileAccess {
  const files = httpFiles(folder, { fetch: countingFetch(onBytes) })
  return { ...files, exists: async (name) => !unasked.includes(name) && files.exists(name) }
}

function countingFetch(onBytes: (count: number) => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init)
    if (response.body === null || !response.ok) return response
    const counter = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        onBytes(chunk.length)
        controller.enqueue(chunk)
      },
    })
    const { status, statusText, headers } = response
    return new Response(response.body.pipeThrough(counter), { status, statusText, headers })
  }
}
