/**
 * One forward and backward pass in tfjs on the backend that is named, over weights in the layout that suits it. A worker
 * that has done this on a GPU is of no other use: tfjs has one backend at a time.
 */
import type { AdapterMode } from '../../src/engine/llama/linear.ts'
import { disposeLora, loraTensors } from '../../src/engine/llama/lora.ts'
import { BoundModel } from '../../src/engine/llama/model.ts'
import { logprobsAndGradients } from '../../src/engine/llama/train.ts'
import { loadWeights } from '../../src/engine/llama/weights.ts'
import { startBackend } from '../../src/engine/tfjs/backends.ts'
import { openMlcFolder } from '../../src/engine/weights/mlc.ts'
import { randomAdapter, tinyModel } from './tiny-models.ts'

const groups = [
  {
    prompt: [3, 1, 4, 1, 5],
    completions: [
      [9, 2, 6, 5, 3, 5],
      [8, 9, 7],
    ],
  },
  { prompt: [9, 3], completions: [[2, 3, 8, 4]] },
]

export interface GradientReport {
  /** Nats, of all completions. */
  readonly logprobs: readonly number[]
  /** dLoss/dA and dLoss/dB of all modules, one after the other. */
  readonly gradients: readonly number[]
}

export async function gradientsOn(
  backend: 'wasm' | 'webgpu',
  { mode, changes }: { readonly mode: AdapterMode; readonly changes: object },
): Promise<GradientReport> {
  const kernels = await startBackend(
    backend === 'wasm'
      ? { name: 'wasm', wasmFolder: `${globalThis.location.origin}/wasm/` }
      : { name: 'webgpu', ...(await softwareGpu()) },
  )
  const source = await openMlcFolder(await tinyModel('tiny-gradients', changes))
  const weights = await loadWeights(source)
  const lora = loraTensors(randomAdapter(source.config, { r: 4, seed: 8 }), weights)
  const model = new BoundModel(weights, lora, kernels, mode)
  const found = await logprobsAndGradients(model, groups, ({ logprobs }) =>
    logprobs.map((group, g) => group.map((row, c) => row.map((_, t) => Math.sin(1 + g + 2 * c + 3 * t)))),
  )
  const gradients: number[] = []
  for (const { a, b } of found.gradients.values()) gradients.push(...(await a.data()), ...(await b.data()))
  for (const modules of [lora.modules, found.gradients]) disposeLora(modules)
  model.dispose()
  weights.dispose()
  return { logprobs: found.logprobs.flat().flatMap((row) => [...row]), gradients }
}

async function softwareGpu(): Promise<{ device: GPUDevice; adapterInfo: GPUAdapterInfo }> {
  const adapter = await navigator.gpu.requestAdapter()
  if (adapter === null) throw new Error('This browser has no WebGPU adapter.')
  return { device: await adapter.requestDevice(), adapterInfo: adapter.info }
}
