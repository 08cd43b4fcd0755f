/**
 * The engine under a model library of WebLLM's: by WebLLM's public face alone, in a real browser on a software GPU. Ours
 * stands in for one, without the functions that only ours has (`webllm/stand-in.ts`).
 */
import { expect } from '@playwright/test'
import type { Worker } from '@playwright/test'
import type { TestRunner } from '../src/engine/conformance.ts'
import { describeEngine } from '../src/engine/conformance.ts'
import { PromptTooLongError, type SampleOptions } from '../src/engine/engine.ts'
import { adapterFor, engineIn, measured, test } from './webllm/fixture.ts'
import type { Lab } from './webllm/lab.ts'
import type { AdapterSpec } from './webllm/tiny-models.ts'

let shared: Worker | null = null
const runner: TestRunner = {
  describe: test.describe,
  it: (name, body) => test(name, body),
  beforeAll: (body) =>
    test.beforeAll(async ({ lab }) => {
      shared = lab
      await body()
    }),
  afterAll: (body) => test.afterAll(body),
  expect,
}

const prompts = [
  [3, 14, 15, 92, 65],
  [35, 89, 79, 32, 38, 46, 26, 43, 38],
  [27, 95, 2, 88, 41, 97, 16, 93, 99, 37, 51, 5, 82, 9, 74, 94, 45],
]

describeEngine(runner, 'WebLLM with a library of its own', async () => {
  if (shared === null) throw new Error('The worker has not started.')
  const id = 'tiny-prebuilt-conformance'
  await openTiny(shared, id, { changes: { num_hidden_layers: 1 }, options: { library: 'prebuilt' } })
  const adapter = await adapterFor(shared, id, { r: 4, seed: 2 })
  return { engine: await engineIn(shared, id), prompts, adapter, tolerance: 1e-4 }
})

type TinyOptions = NonNullable<Parameters<Lab['openTiny']>[2]>

function openTiny(
  lab: Worker,
  id: string,
  { changes = {}, options }: { readonly changes?: object; readonly options: TinyOptions },
) {
  return lab.evaluate(({ id, changes, options }) => globalThis.lab.openTiny(id, changes, options), {
    id,
    changes,
    options,
  })
}

const drawn: SampleOptions = { maxTokens: 10, temperature: 1, seed: 17 }

/** Samples of the prompts, with their log-probabilities as they were reported and as they are scored. */
async function sampledAndScored(lab: Worker, id: string) {
  const sampled = await lab.evaluate(
    ({ id, prompts, drawn }) =>
      globalThis.lab.sampleAll(
        id,
        prompts.map((prompt, index) => ({ id: `p${index}`, prompt, count: 2 })),
        drawn,
      ),
    { id, prompts, drawn },
  )
  const scored: number[][] = []
  for (const { prompt, ids } of sampled)
    scored.push(
      await lab.evaluate(({ id, pair }) => globalThis.lab.score(id, 'webLlm', pair), {
        id,
        pair: { prompt, completion: ids },
      }),
    )
  return { ids: sampled.map(({ ids }) => ids), reported: sampled.map(({ logprobs }) => logprobs), scored }
}

function largestDifference(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number {
  const [flatA, flatB] = [a.flat(), b.flat()]
  expect(flatA.length).toBe(flatB.length)
  expect(flatA.length).toBeGreaterThan(20)
  return Math.max(...flatA.map((value, i) => Math.abs(value - (flatB[i] ?? Number.NaN))))
}

async function withAdapter(lab: Worker, id: string, spec: AdapterSpec | null) {
  await lab.evaluate(({ id, spec }) => globalThis.lab.setAdapter(id, spec), { id, spec })
  return sampledAndScored(lab, id)
}

const cases = [
  { format: 'q0f32', changes: {}, adapter: { r: 4, seed: 6 } },
  { format: 'q0f32', changes: { model_type: 'qwen3', head_dim: 32 }, adapter: { r: 8, seed: 7 } },
  { format: 'q4f32_1', changes: { model_type: 'qwen2' }, adapter: null },
] as const
for (const { format, changes, adapter } of cases) {
  const what = `${'model_type' in changes ? changes.model_type : 'llama'}-${format}`
  test(`${what} samples and scores as under our library${adapter ? ', also with an adapter, here merged' : ''}`, async ({
    lab,
  }) => {
    const [own, prebuilt] = [`${what}-own`, `${what}-prebuilt`]
    for (const [id, library] of [
      [own, 'own'],
      [prebuilt, 'prebuilt'],
    ] as const)
      await openTiny(lab, id, { changes, options: { format, library, chunkTokens: 8 } })
    for (const spec of adapter === null ? [null] : [null, adapter, null]) {
      const expected = await withAdapter(lab, own, spec)
      const actual = await withAdapter(lab, prebuilt, spec)
      expect(actual.ids).toEqual(expected.ids)
      const reported = largestDifference(actual.reported, expected.reported)
      const scored = largestDifference(actual.scored, expected.scored)
      measured(`${what}${spec ? ' with adapter' : ''}`, `reported ${reported}, scored ${scored} nats`)
      expect(reported).toBeLessThan(2e-3)
      expect(scored).toBeLessThan(2e-3)
    }
    for (const id of [own, prebuilt]) await lab.evaluate((id) => globalThis.lab.close(id), id)
  })
}

const broken = {
  'missing.wasm': 'found HTTP status 404. Choose another model.',
  'page.wasm': 'found 15 bytes of something else. Choose another model.',
  'offline.wasm': 'found no connection. Check the connection, then try again.',
} as const
for (const [name, says] of Object.entries(broken))
  test(`a library that is no library is named: ${name}`, async ({ ownLab }) => {
    const library = `https://libraries.test/${name}` as const
    const opening = openTiny(ownLab, 'tiny-broken', { options: { library } })
    await expect(opening).rejects.toThrow(`${library}: expected WebLLM’s model library, ${says}`)
    // It is not taken for one the next time either.
    await expect(openTiny(ownLab, 'tiny-broken', { options: { library } })).rejects.toThrow(says)
  })

for (const library of ['own', 'prebuilt'] as const)
  test(`a shorter context is really shorter under the ${library} library, and takes less memory`, async ({
    lab,
  }) => {
    const bytes: number[] = []
    for (const contextLength of [null, 32]) {
      const id = `tiny-context-${library}-${contextLength}`
      await openTiny(lab, id, { options: { library, contextLength, chunkTokens: 32 } })
      bytes.push(await lab.evaluate((id) => globalThis.lab.allocatedBytes(id), id))
      const engine = await engineIn(lab, id)
      const { contextLength: tokens } = engine.info
      expect(tokens).toBe(contextLength ?? 128)
      const options = { ...drawn, temperature: 0 }
      const ask = (length: number) =>
        engine.sample([{ id: 'x', prompt: new Array<number>(length).fill(5), count: 1 }], options)
      const [[last] = []] = await ask(tokens - 1)
      expect(last?.ids).toHaveLength(1)
      await expect(ask(tokens)).rejects.toThrow(PromptTooLongError)
      await lab.evaluate((id) => globalThis.lab.close(id), id)
    }
    const [whole = 0, short = 0] = bytes
    // Keys and values of two layers with two heads of 16, and the angles of one head: float32.
    const bytesPerToken = 4 * (2 * 2 * 2 * 16 + 16)
    expect(whole - short).toBe((128 - 32) * bytesPerToken)
  })

test('goes on after its device was lost, with its adapter merged anew', async ({ ownLab }) => {
  const id = 'tiny-prebuilt-lost'
  await openTiny(ownLab, id, { changes: { num_hidden_layers: 1 }, options: { library: 'prebuilt' } })
  const adapted = await withAdapter(ownLab, id, { r: 4, seed: 9 })
  await ownLab.evaluate((id) => globalThis.lab.loseDevice(id), id)
  expect(await sampledAndScored(ownLab, id)).toEqual(adapted)
  const base = await withAdapter(ownLab, id, null)
  expect(base.reported).not.toEqual(adapted.reported)
})
