/**
 * One MLPO step of the nano leader on one wasm thread: sampling 8 prompts × 8 completions, then one LoRA update on
 * them; group decoding against one completion at a time, the shared prompt against one sequence per completion.
 * Random weights: the time depends on shapes only, and no completion ends early. Usage: npm run bench -- step [runs]
 */
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { SampleOptions, SampleRequest } from '../src/engine/engine.ts'
import { decodeGroups } from '../src/engine/llama/decode.ts'
import type { TokenGroup } from '../src/engine/llama/layout.ts'
import type { LoraGradients } from '../src/engine/llama/lora.ts'
import { disposeLora, loraTensors } from '../src/engine/llama/lora.ts'
import { BoundModel } from '../src/engine/llama/model.ts'
import { nanoConfig, randomAdapter, randomSource, randomTokens } from '../src/engine/llama/testing.ts'
import { accumulateGradients, logprobsAndGradients } from '../src/engine/llama/train.ts'
import { loadWeights } from '../src/engine/llama/weights.ts'
import { startBackend } from '../src/engine/tfjs/backends.ts'

const shape = { prompts: 8, completions: 8, promptTokens: 150, completionTokens: 48, rank: 8 }
const runs = Number(process.argv[2] ?? 5)

interface Timing {
  readonly wallMs: number
  /** Of this process: what a busy machine does not inflate by making it wait. */
  readonly cpuMs: number
}

const kernels = await startBackend({ name: 'wasm', wasmFolder: fileURLToPath(new URL('.', import.meta.url)) })
const weights = await loadWeights(randomSource(nanoConfig))
const lora = loraTensors(randomAdapter(nanoConfig, { r: shape.rank }), weights)

const requests: SampleRequest[] = Array.from({ length: shape.prompts }, (_, index) => ({
  id: `prompt-${index}`,
  prompt: randomTokens(shape.promptTokens, nanoConfig.vocabularySize, 3, index),
  count: shape.completions,
}))
const groups: TokenGroup[] = requests.map(({ prompt, count }, index) => ({
  prompt,
  completions: Array.from({ length: count }, (_, c) =>
    randomTokens(shape.completionTokens, nanoConfig.vocabularySize, 4, index, c),
  ),
}))
const options: SampleOptions = { maxTokens: shape.completionTokens, temperature: 1, seed: 1 }

async function groupDecode(): Promise<void> {
  await withModel((model) => decodeGroups(model, requests, options))
}

async function oneByOne(): Promise<void> {
  await withModel(async (model) => {
    for (const request of requests)
      for (let firstIndex = 0; firstIndex < request.count; firstIndex++)
        await decodeGroups(model, [{ ...request, count: 1, firstIndex }], options)
  })
}

async function sharedUpdate(): Promise<void> {
  await withModel((model) => update(model, [groups]))
}

async function separateUpdate(): Promise<void> {
  // A prompt's eight sequences at a time: all 64 at once would measure the memory, not the arithmetic.
  const batches = groups.map(({ prompt, completions }) =>
    completions.map((completion) => ({ prompt, completions: [completion] })),
  )
  await withModel((model) => update(model, batches))
}

async function update(model: BoundModel, batches: readonly (readonly TokenGroup[])[]): Promise<void> {
  const sum: LoraGradients = new Map()
  for (const batch of batches) {
    const { gradients } = await logprobsAndGradients(model, batch, ({ logprobs }) =>
      logprobs.map((group) => group.map((row) => row.map((_, t) => Math.sin(t)))),
    )
    accumulateGradients(sum, gradients)
  }
  disposeLora(sum)
}

/** Binding the adapter (merging it into the weights) is part of every step. */
async function withModel(work: (model: BoundModel) => Promise<unknown>): Promise<void> {
  const model = new BoundModel(weights, lora, kernels)
  await work(model)
  model.dispose()
}

async function median(work: () => Promise<void>, times: number): Promise<Timing> {
  await work()
  const timings: Timing[] = []
  for (let run = 0; run < times; run++) {
    const cpuBefore = process.cpuUsage()
    const before = performance.now()
    await work()
    const wallMs = performance.now() - before
    const { user, system } = process.cpuUsage(cpuBefore)
    timings.push({ wallMs, cpuMs: (user + system) / 1000 })
  }
  const middle = (of: keyof Timing) =>
    timings.map((timing) => timing[of]).sort((a, b) => a - b)[times >> 1] ?? NaN
  return { wallMs: Math.round(middle('wallMs')), cpuMs: Math.round(middle('cpuMs')) }
}

const result = {
  machine: cpus()[0]?.model ?? 'unknown',
  node: process.version,
  threads: 1,
  shape,
  runs,
  sample: { group: await median(groupDecode, runs), oneByOne: await median(oneByOne, 1) },
  update: {
    shared: await median(sharedUpdate, runs),
    separate: await median(separateUpdate, Math.min(runs, 3)),
  },
}
const { sample, update: updates } = result
const ratio = (slow: Timing, fast: Timing) => (slow.cpuMs / fast.cpuMs).toFixed(1)

console.log(JSON.stringify(result, null, 2))
console.log(`
| ${shape.prompts} prompts of ${shape.promptTokens} tokens × ${shape.completions} completions of ${shape.completionTokens} | wall ms | CPU ms |
| --- | ---: | ---: |
| sampling, one completion at a time | ${sample.oneByOne.wallMs} | ${sample.oneByOne.cpuMs} |
| sampling, group decoding | ${sample.group.wallMs} | ${sample.group.cpuMs} |
| update, one sequence per completion | ${updates.separate.wallMs} | ${updates.separate.cpuMs} |
| update, shared prompt | ${updates.shared.wallMs} | ${updates.shared.cpuMs} |

Group decoding is ${ratio(sample.oneByOne, sample.group)} times as fast as one by one; sharing the prompt makes the update ${ratio(updates.separate, updates.shared)} times as fast.
`)
