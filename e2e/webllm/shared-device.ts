/**
 * WebLLM and tfjs on one GPUDevice, as in a leader's worker: the trainer's forward pass over WebLLM's own buffers. A
 * worker that has done this is of no other use: tfjs has one backend at a time.
 */
import { add, sum, tidy, zeros } from '@tensorflow/tfjs-core'
import type { Engine, TokenIds } from '../../src/engine/engine.ts'
import { loraTensors, disposeLora } from '../../src/engine/llama/lora.ts'
import { BoundModel } from '../../src/engine/llama/model.ts'
import { completionLogprobs } from '../../src/engine/llama/score.ts'
import { llamaWeights } from '../../src/engine/llama/weights.ts'
import { startBackend } from '../../src/engine/tfjs/backends.ts'
import { createTokenizer } from '../../src/engine/tokenizer/tokenizer.ts'
import { chatModelOf } from '../../src/engine/chat-model.ts'
import { openMlcFolder } from '../../src/engine/weights/mlc.ts'
import { loadWebLlm } from '../../src/engine/webllm/load.ts'
import { ownLibrary } from '../../src/engine/webllm/own-library.ts'
import type { WebLlmModel } from '../../src/engine/webllm/load.ts'
import { sharedWeights } from '../../src/engine/webllm/shared-weights.ts'
import { createWebLlmEngine } from '../../src/engine/webllm/webllm-engine.ts'
import { randomAdapter, tinyModel } from './tiny-models.ts'

const origin = globalThis.location.origin
const pair = { prompt: [3, 1, 4, 1, 5], completion: [9, 2, 6, 5, 3, 5] }

export interface SharedReport {
  /** Log-probabilities of the same tokens: base, with an adapter, and after a weight of WebLLM was overwritten. */
  readonly webLlm: readonly (readonly number[])[]
  readonly tfjs: readonly (readonly number[])[]
  /** tfjs still computes once WebLLM has unloaded. */
  readonly isAliveAfterwards: boolean
}

export async function shareDevice(changes: object): Promise<SharedReport> {
  const files = await tinyModel('tiny-shared', changes)
  const source = await openMlcFolder(files)
  const library = ownLibrary({ url: `${origin}/libs/leader-lab.wasm`, source })
  let loaded: WebLlmModel | null = null
  const open = async () =>
    (loaded = await loadWebLlm({
      files,
      chat: chatModelOf(source),
      modelUrl: `${origin}/models/tiny-shared/`,
      library,
    }))
  const model = await open()
  const { internals } = model
  const { device } = internals
  const kernels = await startBackend({ name: 'webgpu', device, adapterInfo: device.adapterInfo })
  const engine: Engine = await createWebLlmEngine({
    open: () => Promise.resolve(loaded ?? model),
    tokenizerOf: createTokenizer,
    baseOf: () => Promise.resolve(sharedWeights(internals, source.config)),
  })
  const weights = llamaWeights(engine.base ?? { kind: 'llama-weights' })
  const adapter = randomAdapter(source.config, { r: 4, seed: 8 })
  const lora = loraTensors(adapter, weights)
  const score = async (bound: BoundModel): Promise<number[]> => {
    const group = { prompt: pair.prompt, completions: [pair.completion] as readonly TokenIds[] }
    const { logprobs } = await completionLogprobs(bound, [group])
    bound.dispose()
    return [...(logprobs[0]?.[0] ?? [])]
  }
  const webLlmScore = async () => [...((await engine.score([pair]))[0] ?? [])]

  const webLlm: number[][] = []
  const tfjs: number[][] = []
  webLlm.push(await webLlmScore())
  tfjs.push(await score(new BoundModel(weights, null, kernels)))
  await engine.setAdapter(adapter)
  webLlm.push(await webLlmScore())
  tfjs.push(await score(new BoundModel(weights, lora, kernels)))
  await engine.setAdapter(null)
  const ramp = Float32Array.from({ length: source.config.hiddenSize }, (_, i) => (i % 7) / 4)
  internals.writeParameter('model.norm.weight', ramp)
  webLlm.push(await webLlmScore())
  tfjs.push(await score(new BoundModel(weights, null, kernels)))
  disposeLora(lora.modules)
  await engine.dispose()
  const eight = tidy(() => sum(add(zeros([4]), 2)))
  const isAliveAfterwards = (await eight.data())[0] === 8
  return { webLlm, tfjs, isAliveAfterwards }
}
