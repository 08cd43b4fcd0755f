/** The tfjs engine: the laws of every engine, on the wasm backend, and its own bookkeeping. */
import { memory } from '@tensorflow/tfjs-core'
import * as vitest from 'vitest'
import { beforeAll, describe, expect, it } from 'vitest'
import { describeEngine } from '../conformance.ts'
import type { Engine } from '../engine.ts'
import { AdapterMismatchError, ModelFileError } from '../engine.ts'
import type { Kernels } from '../llama/kernels.ts'
import {
  nanoConfig,
  randomAdapter,
  randomSource,
  randomTokens,
  startWasm,
  tinyAdapter,
  tinyConfig,
  tinySource,
} from '../llama/testing.ts'
import type { EngineTokenizer } from './tfjs-engine.ts'
import { createTfjsEngine } from './tfjs-engine.ts'

const tokenizer: EngineTokenizer = {
  encode: (text) => [...text].map((letter) => letter.charCodeAt(0) % 97),
  decode: (ids) => ids.join(' '),
  render: (messages) => messages.flatMap(({ content }) => tokenizer.encode(content)),
}
const prompts = [5, 9, 17].map((length, index) => randomTokens(length, 97, 31, index))

describeEngine(vitest, 'tfjs with the golden two-layer model', async () => ({
  engine: await createTfjsEngine({ source: tinySource(), tokenizer, kernels: await startWasm() }),
  prompts,
  adapter: tinyAdapter(),
  tolerance: 2e-5,
}))

const qwen3 = {
  ...tinyConfig,
  architecture: 'qwen3',
  queryKeyNorm: true,
  attentionBias: true,
  tiedHead: false,
} as const
describeEngine(vitest, 'tfjs with q/k norms, biases and a head of its own', async () => ({
  engine: await createTfjsEngine({ source: randomSource(qwen3), tokenizer, kernels: await startWasm() }),
  prompts,
  adapter: randomAdapter(qwen3, { only: /[qv]_proj/ }),
  tolerance: 2e-5,
}))

describe('the tfjs engine', () => {
  let kernels: Kernels
  beforeAll(async () => {
    kernels = await startWasm()
  })
  const make = (): Promise<Engine> => createTfjsEngine({ source: tinySource(), tokenizer, kernels })

  it('frees everything, and holds no more after many samples than after one', async () => {
    const before = memory().numTensors
    const engine = await make()
    const requests = prompts.map((prompt, index) => ({ id: `p${index}`, prompt, count: 2 }))
    const options = { maxTokens: 5, temperature: 1, seed: 1 }
    await engine.sample(requests, options)
    const loaded = memory().numTensors
    for (let i = 0; i < 3; i++) {
      await engine.setAdapter(i % 2 === 0 ? tinyAdapter() : null)
      await engine.sample(requests, options)
      await engine.score([{ prompt: [1, 2], completion: [3, 4] }])
    }
    await engine.setAdapter(null)
    expect(memory().numTensors).toBe(loaded)
    await engine.dispose()
    expect(memory().numTensors).toBe(before)
    await expect(engine.sample(requests, options)).rejects.toThrow('disposed')
  })

  it('lets a running sample finish with the adapter that it began with', async () => {
    const engine = await make()
    const requests = prompts.map((prompt, index) => ({ id: `p${index}`, prompt, count: 2 }))
    const options = { maxTokens: 5, temperature: 1, seed: 1 }
    const expected = await engine.sample(requests, options)
    const running = engine.sample(requests, options)
    await engine.setAdapter(tinyAdapter())
    expect(await running).toEqual(expected)
    await engine.dispose()
  })

  it('refuses an adapter of another model and keeps the one that it had', async () => {
    const engine = await make()
    await expect(engine.setAdapter(randomAdapter(nanoConfig))).rejects.toThrow(AdapterMismatchError)
    expect(await engine.setAdapter(null)).toBe(1)
    await engine.dispose()
  })

  it('names the tensor that a model lacks, and frees the others', async () => {
    const before = memory().numTensors
    const source = tinySource()
    const names = new Set([...source.names].filter((name) => name !== 'model.norm.weight'))
    const broken = createTfjsEngine({ source: { ...source, names }, tokenizer, kernels })
    await expect(broken).rejects.toThrow(ModelFileError)
    await expect(broken).rejects.toThrow('model.norm.weight')
    expect(memory().numTensors).toBe(before)
  })

  it('cuts a completion where the context ends', async () => {
    const engine = await make()
    const prompt = randomTokens(62, 97, 5)
    const [[completion] = []] = await engine.sample([{ id: 'x', prompt, count: 1 }], {
      maxTokens: 10,
      temperature: 1,
      seed: 3,
    })
    expect(completion?.ids.length).toBeLessThanOrEqual(2)
    await engine.dispose()
  })
})
