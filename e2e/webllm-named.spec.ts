/**
 * A model by its name, from a web that has the files of an embedded model under every name of the catalogue
 * (`webllm/web.ts`): which library runs it, what is known of it, and that its trainer trains what it samples from.
 */
import { expect } from '@playwright/test'
import type { Worker } from '@playwright/test'
import { measured, test } from './webllm/fixture.ts'
import type { NamedReport } from './webllm/named-model.ts'
import type { LoadRequest } from '../src/workers/load-model.ts'

const tolerance = 2e-3
const unread = 'OLMo-2-0425-1B-Instruct-q4f32_1-MLC'
const mergeable = 'SmolLM2-135M-Instruct-q0f32-MLC'

function load(
  lab: Worker,
  model: string,
  given: Partial<Pick<LoadRequest, 'role' | 'contextLength'> & LoadRequest['wanted']> = {},
): Promise<NamedReport> {
  const { role = 'peer', contextLength = null, engine = 'webllm', backend = 'wasm', library = null } = given
  const request = { model, role, contextLength, wanted: { engine, backend, library } }
  return lab.evaluate((request) => globalThis.lab.loadNamed(request), request)
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length)
  expect(a.length).toBeGreaterThan(0)
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))))
}

test('a peer whose weights we cannot read answers under WebLLM’s own library', async ({ ownLab }) => {
  const { info, library, adapter, reported, scored, refusal } = await load(ownLab, unread)
  expect([library, adapter]).toEqual(['prebuilt', 'none'])
  expect(info).toMatchObject({
    id: unread,
    architecture: 'olmo2',
    contextLength: 4096,
    vocabularySize: 1184,
    parameterCount: 1_484_916_736,
    licence: 'Apache-2.0',
  })
  expect(largestDifference(reported, scored)).toBeLessThan(1e-4)
  expect(refusal).toContain('PromptTooLongError')
})

test('a peer is computed alike under both libraries', async ({ ownLab }) => {
  const own = await load(ownLab, mergeable)
  const prebuilt = await load(ownLab, mergeable, { library: 'prebuilt' })
  expect([own.library, own.adapter]).toEqual(['own', 'native'])
  expect([prebuilt.library, prebuilt.adapter]).toEqual(['prebuilt', 'none'])
  const difference = largestDifference(own.reported, prebuilt.reported)
  measured('own and prebuilt', `${difference} nats`)
  expect(difference).toBeLessThan(tolerance)
})

for (const backend of ['wasm', 'webgpu'] as const)
  for (const library of ['own', 'prebuilt'] as const)
    test(`a leader under the ${library} library is what its trainer on ${backend} trains`, async ({
      ownLab,
    }) => {
      const report = await load(ownLab, mergeable, { role: 'leader', backend, library })
      expect(report.library).toBe(library)
      expect(report.adapter).toBe(library === 'own' ? 'native' : 'merged')
      expect(report.trained).toHaveLength(3)
      const [base, adapted, again] = report.trained
      for (const { engine, trainer } of report.trained) {
        const difference = largestDifference(engine, trainer)
        measured(`${library}, trainer on ${backend}`, `${difference} nats`)
        expect(difference).toBeLessThan(tolerance)
      }
      expect(largestDifference(adapted?.trainer ?? [], base?.trainer ?? [])).toBeGreaterThan(0.01)
      expect(again).toEqual(base)
    })

const refused: Readonly<
  Record<
    string,
    { readonly model: string; readonly given: Parameters<typeof load>[2]; readonly says: string }
  >
> = {
  'a leader that the trainer does not know': {
    model: unread,
    given: { role: 'leader' },
    says: 'the trainer knows Llama, Qwen2 and Qwen3 only. Choose another leader',
  },
  'such a peer under TensorFlow.js': {
    model: unread,
    given: { engine: 'tfjs' },
    says: 'runs under WebLLM only',
  },
  '16-bit arithmetic that the device does not have': {
    model: 'OLMo-2-0425-1B-Instruct-q4f16_1-MLC',
    given: {},
    says: `computes in 16 bits (shader-f16), which this device does not. Choose ${unread}.`,
  },
  'a context longer than the model was made for': {
    model: 'nano-math',
    given: { contextLength: 1000 },
    says: 'was made for contexts of at most 512 tokens, but max_model_length is 1000',
  },
}
for (const [what, { model, given, says }] of Object.entries(refused))
  test(`${what} is refused before a weight is fetched`, async ({ ownLab, page }) => {
    const shards: string[] = []
    page.context().on('request', (request) => {
      const isWeight = /params_shard|\.wasm$/.test(request.url())
      // Their sizes are asked for before.
      if (isWeight && request.method() === 'GET') shards.push(request.url())
    })
    await expect(load(ownLab, model, given)).rejects.toThrow(says)
    expect(shards).toEqual([])
  })

test('a context is as long as was asked for, on both engines', async ({ ownLab }) => {
  for (const engine of ['webllm', 'tfjs'] as const) {
    const { info, refusal } = await load(ownLab, 'nano-math', { engine, contextLength: 64 })
    expect(info.contextLength).toBe(64)
    expect(refusal).toContain("the model's context holds 64")
  }
})
