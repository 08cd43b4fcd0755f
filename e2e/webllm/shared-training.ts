/**
 * Training steps of the real trainer on WebLLM's own device, as in a leader's worker, and what each makes of WebLLM:
 * with the adapter copied on the device, and with the same adapter as bytes. A worker that has done this is of no other
 * use: tfjs has one backend at a time.
 */
import { memory } from '@tensorflow/tfjs-core'
import type { Kernels } from '../../src/engine/llama/kernels.ts'
import { loadWeights } from '../../src/engine/llama/weights.ts'
import type { LlamaWeights } from '../../src/engine/llama/weights.ts'
import { startBackend } from '../../src/engine/tfjs/backends.ts'
import { chatModelOf } from '../../src/engine/chat-model.ts'
import { createTokenizer } from '../../src/engine/tokenizer/tokenizer.ts'
import { loadWebLlm } from '../../src/engine/webllm/load.ts'
import type { WebLlmModel } from '../../src/engine/webllm/load.ts'
import { openMlcFolder } from '../../src/engine/weights/mlc.ts'
import { sharedWeights } from '../../src/engine/webllm/shared-weights.ts'
import { createWebLlmEngine } from '../../src/engine/webllm/webllm-engine.ts'
import { parseConfig } from '../../src/mlpo/config/config.ts'
import { createTrainer } from '../../src/mlpo/trainer/llama-trainer.ts'
import type { Trainer } from '../../src/mlpo/trainer/trainer.ts'
import { createSurvivingTrainer } from '../../src/workers/surviving-trainer.ts'
import { libraryFor } from './libraries.ts'
import { tinyModel } from './tiny-models.ts'

const origin = globalThis.location.origin
const id = 'tiny-trained'
const pair = { prompt: [3, 1, 4, 1, 5], completion: [9, 2, 6, 5, 3, 5] }
const groups = [{ prompt: pair.prompt, completions: [pair.completion, [8, 9, 7]] }]
const config = parseConfig({
  lora_r: 4,
  lora_alpha: 8,
  lora_target_modules: ['q_proj', 'v_proj', 'down_proj'],
  learning_rate: 0.02,
})

/** After one update. */
export interface SharedStep {
  /** Log-probabilities of the same tokens, nats: by WebLLM after either way, and by the trainer. */
  readonly onDevice: readonly number[]
  readonly asBytes: readonly number[]
  readonly trainer: readonly number[]
  /** Bytes that went from JavaScript to the device to give WebLLM the adapter. */
  readonly written: { readonly onDevice: number; readonly asBytes: number }
  /** What tfjs holds. */
  readonly numTensors: number
  readonly numBytes: number
}

export interface SharedTraining {
  readonly adapterBytes: number
  readonly moduleCount: number
  readonly steps: readonly SharedStep[]
  /** By WebLLM on the next device, before another update. */
  readonly afterLoss: readonly number[]
  readonly parameterCount: number
  /** What tfjs holds at the end, when only the weights are left. */
  readonly weightBytes: number
}

/** Three steps, then the device is lost, then one more. */
export async function trainOnSharedDevice(adapter: 'native' | 'merged'): Promise<SharedTraining> {
  const files = await tinyModel(id, {})
  const source = await openMlcFolder(files)
  const library = libraryFor(source, { library: adapter === 'merged' ? 'prebuilt' : 'own' })
  let model: WebLlmModel | null = null
  let ground: { readonly base: LlamaWeights; readonly kernels: Kernels } | null = null
  const present = <T>(value: T | null): T => {
    if (value === null) throw new Error('The engine is not open.')
    return value
  }
  const engine = await createWebLlmEngine({
    open: async () =>
      (model = await loadWebLlm({
        files,
        chat: chatModelOf(source),
        modelUrl: `${origin}/models/${id}/`,
        library,
      })),
    tokenizerOf: createTokenizer,
    baseOf: async ({ internals }) => {
      const { device } = internals
      const kernels = await startBackend({ name: 'webgpu', device, adapterInfo: device.adapterInfo })
      // Merging changes WebLLM's own weights.
      const base = adapter === 'merged' ? await loadWeights(source) : sharedWeights(internals, source.config)
      ground = { base, kernels }
      return base
    },
  })
  const trainer = createSurvivingTrainer({
    training: { ground: () => present(ground), recover: () => engine.recover() },
    build: (on, state) => createTrainer({ ...on, baseModel: id, config, ...(state && { state }) }),
    state: null,
  })
  const device = () => present(model).internals.device
  const score = async () => [...((await engine.score([pair]))[0] ?? [])]

  const step = async (): Promise<SharedStep> => {
    trainer.update(await trainer.gradients(groups, someLoss))
    const given = trainer.adapter()
    const { r, alpha, baseModel, modules } = given
    const written = { onDevice: 0, asBytes: 0 }
    // First, so that nothing but the copy can have put it there.
    written.onDevice = await bytesWritten(device(), () => engine.setAdapter(given))
    const onDevice = await score()
    written.asBytes = await bytesWritten(device(), () => engine.setAdapter({ r, alpha, baseModel, modules }))
    const asBytes = await score()
    const { logprobs } = await trainer.logprobs(groups, { policy: 'current' })
    const { numTensors, numBytes } = memory()
    return { onDevice, asBytes, trainer: [...(logprobs[0]?.[0] ?? [])], written, numTensors, numBytes }
  }
  const steps = [await step(), await step(), await step()]
  await engine.setAdapter(trainer.adapter())
  device().destroy()
  const afterLoss = await score()
  steps.push(await step())
  const { modules } = trainer.adapter()
  const adapterBytes = [...modules.values()].reduce((sum, { a, b }) => sum + a.byteLength + b.byteLength, 0)
  trainer.dispose()
  const { parameterCount } = engine.info
  const weightBytes = memory().numBytes
  await engine.dispose()
  return { adapterBytes, moduleCount: modules.size, steps, afterLoss, parameterCount, weightBytes }
}

/** Slopes that differ from token to token. */
const someLoss: Parameters<Trainer['gradients']>[1] = (rows, { logprobs }) =>
  rows.map(({ completion }, i) =>
    Array.from(logprobs[i] ?? [], (_, t) => Math.sin(1 + 2 * completion + 3 * t)),
  )

/** How much the work sends to the device by its queue. */
async function bytesWritten({ queue }: GPUDevice, work: () => Promise<unknown>): Promise<number> {
  let bytes = 0
  const counted = (...given: Parameters<GPUQueue['writeBuffer']>) => {
    const [, , data, , size] = given
    bytes += size ?? data.byteLength
    GPUQueue.prototype.writeBuffer.apply(queue, given)
  }
  Object.defineProperty(queue, 'writeBuffer', { configurable: true, value: counted })
  try {
    await work()
  } finally {
    Reflect.deleteProperty(queue, 'writeBuffer')
  }
  return bytes
}
