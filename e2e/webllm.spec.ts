/**
 * WebLLM with our model library against the trainer, in a real browser on a software GPU: the unmodified npm package
 * reports the same log-probabilities as tfjs on the same tokens, without an adapter, with one, and without it again.
 */
import { expect } from '@playwright/test'
import type { Worker } from '@playwright/test'
import { test } from './webllm/fixture.ts'
import type { Lab } from './webllm/lab.ts'
import type { AdapterSpec } from './webllm/tiny-models.ts'

/** Nats. Measured: 1e-5; the bar is what any two engines on the same weights must keep. */
const tolerance = 2e-3

const adapter: AdapterSpec = { r: 8, seed: 3 }
const question = { messages: [{ role: 'user' as const, content: 'What is 12 + 7?' }], maxTokens: 10 }

function openTiny(
  lab: Worker,
  id: string,
  { changes, options }: { changes: object; options: Parameters<Lab['openTiny']>[2] },
) {
  return lab.evaluate(({ id, changes, options }) => globalThis.lab.openTiny(id, changes, options), {
    id,
    changes,
    options,
  })
}

/** Lets WebLLM answer and scores its answer with both engines. */
async function answerAndScore(lab: Worker, id: string, seed: number) {
  const report = await lab.evaluate(({ id, ...asked }) => globalThis.lab.answer(id, asked), {
    id,
    ...question,
    seed,
  })
  const { prompt, completion } = report
  const score = (engine: 'tfjs' | 'webLlm') =>
    lab.evaluate(({ id, engine, pair }) => globalThis.lab.score(id, engine, pair), {
      id,
      engine,
      pair: { prompt, completion },
    })
  return { ...report, tfjs: await score('tfjs'), webLlm: await score('webLlm') }
}

function setAdapter(lab: Worker, id: string, spec: AdapterSpec | null) {
  return lab.evaluate(({ id, spec }) => globalThis.lab.setAdapter(id, spec), { id, spec })
}

function largestDifference(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length)
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))))
}

async function expectAgreement(lab: Worker, id: string, allowed = tolerance): Promise<void> {
  const answer = await answerAndScore(lab, id, 1_700_000_001)
  expect(answer.promptTokens).toBe(answer.prompt.length)
  expect(answer.completion.length).toBe(question.maxTokens)
  const reported = largestDifference(answer.reported, answer.tfjs)
  const scored = largestDifference(answer.webLlm, answer.tfjs)
  test.info().annotations.push({ type: id, description: `reported ${reported}, scored ${scored} nats` })
  expect(reported).toBeLessThan(allowed)
  expect(scored).toBeLessThan(allowed)
}

test.describe('the nano leader', () => {
  const id = 'nano-leader'
  test.beforeAll(({ lab }) => lab.evaluate((id) => globalThis.lab.openPublished(id), id))
  test.afterAll(({ lab }) => lab.evaluate((id) => globalThis.lab.close(id), id))

  test('reports the trainer’s log-probabilities before, with and after an adapter', async ({ lab }) => {
    await expectAgreement(lab, id)
    await setAdapter(lab, id, adapter)
    await expectAgreement(lab, id)
    await setAdapter(lab, id, null)
    await expectAgreement(lab, id)
  })

  test('is another policy with the adapter, and the base model bit for bit without', async ({ lab }) => {
    const base = await answerAndScore(lab, id, 1_234_567_891)
    await setAdapter(lab, id, { ...adapter, seed: 4 })
    const adapted = await answerAndScore(lab, id, 1_234_567_891)
    await setAdapter(lab, id, null)
    const again = await answerAndScore(lab, id, 1_234_567_891)
    expect(adapted.reported).not.toEqual(base.reported)
    expect(again.completion).toEqual(base.completion)
    expect(again.reported).toEqual(base.reported)
  })

  test('refuses an adapter that is too wide or of another model, and keeps its policy', async ({ lab }) => {
    const before = await answerAndScore(lab, id, 5)
    await expect(setAdapter(lab, id, { r: 65, seed: 1 })).rejects.toThrow(
      'of rank 64 at most but is of rank 65',
    )
    await expect(setAdapter(lab, id, { r: 8, seed: 1, baseModel: 'nano-math' })).rejects.toThrow(
      'base_model_name_or_path should be nano-leader but is nano-math',
    )
    expect((await answerAndScore(lab, id, 5)).reported).toEqual(before.reported)
  })

  test('costs fewer than 12 dispatches per layer and token, with an adapter too', async ({ lab }) => {
    const small = 'two-layers'
    await openTiny(lab, small, { changes: { num_hidden_layers: 2 }, options: {} })
    const counts: number[] = []
    for (const model of [small, id]) {
      await setAdapter(lab, model, adapter)
      counts.push(await lab.evaluate((id) => globalThis.lab.dispatchesPerToken(id), model))
      await setAdapter(lab, model, null)
    }
    await lab.evaluate((id) => globalThis.lab.close(id), small)
    const [two = 0, four = 0] = counts
    const perLayer = (four - two) / 2
    test.info().annotations.push({ type: 'dispatches', description: `${perLayer} a layer, ${four} a token` })
    expect(perLayer).toBeGreaterThan(0)
    expect(perLayer).toBeLessThan(12)
  })
})

const llama3 = {
  rope_type: 'llama3',
  factor: 8,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 32,
}
/** Between them every architecture, format, kind of head and RoPE; prompts in one piece and in chunks. */
const models: Readonly<
  Record<string, { readonly changes: object; readonly options: Parameters<Lab['openTiny']>[2] }>
> = {
  'tiny-llama-q0f32': { changes: {}, options: { chunkTokens: 10 } },
  'tiny-llama-untied-q4f32': {
    changes: { tie_word_embeddings: false, rope_scaling: llama3, head_dim: 24 },
    options: { format: 'q4f32_1', chunkTokens: 33 },
  },
  'tiny-qwen2-q0f16': { changes: { model_type: 'qwen2', rope_theta: 1e6 }, options: { format: 'q0f16' } },
  'tiny-qwen3-untied-q4f16': {
    changes: { model_type: 'qwen3', head_dim: 32, tie_word_embeddings: false },
    options: { format: 'q4f16_1' },
  },
}
for (const [id, { changes, options }] of Object.entries(models)) {
  test(`${id} has the trainer’s log-probabilities, adapter on and off`, async ({ lab }) => {
    await openTiny(lab, id, { changes, options })
    await expectAgreement(lab, id)
    for (const spec of [
      { r: 3, seed: 5, only: ['q_proj', 'up_proj'] },
      { ...adapter, r: 64 },
    ]) {
      await setAdapter(lab, id, spec)
      await expectAgreement(lab, id)
    }
    await setAdapter(lab, id, null)
    await expectAgreement(lab, id)
    await lab.evaluate((id) => globalThis.lab.close(id), id)
  })
}

/** Merged weights are rounded to 16 bits where they are stored so; measured: 1.6e-3. */
const mergedTolerance = { q0f32: tolerance, q0f16: 5e-3 }
for (const format of ['q0f32', 'q0f16'] as const)
  test(`an adapter merged into ${format} weights is the native one, and goes without a trace`, async ({
    lab,
  }) => {
    const id = `tiny-merged-${format}`
    await openTiny(lab, id, { changes: {}, options: { format, library: 'prebuilt' } })
    const base = await answerAndScore(lab, id, 77)
    for (const spec of [adapter, { r: 3, seed: 5, only: ['k_proj', 'down_proj'] }]) {
      await setAdapter(lab, id, spec)
      await expectAgreement(lab, id, mergedTolerance[format])
    }
    await setAdapter(lab, id, null)
    expect((await answerAndScore(lab, id, 77)).reported).toEqual(base.reported)
    await lab.evaluate((id) => globalThis.lab.close(id), id)
  })

test('goes on after its device was lost, with its adapter, as if nothing had happened', async ({
  ownLab,
}) => {
  const id = 'tiny-lost'
  await openTiny(ownLab, id, { changes: { num_hidden_layers: 1 }, options: {} })
  await setAdapter(ownLab, id, adapter)
  const sample = () =>
    ownLab.evaluate((id) => {
      const request = { id: 'x', prompt: [5, 6, 7, 8], count: 3 }
      return globalThis.lab.sample(id, request, { maxTokens: 10, temperature: 1, seed: 11 })
    }, id)
  const before = await sample()
  await ownLab.evaluate((id) => globalThis.lab.loseDevice(id), id)
  expect(await sample()).toEqual(before)
  await expectAgreement(ownLab, id)
  await ownLab.evaluate((id) => globalThis.lab.loseDevice(id), id)
  await setAdapter(ownLab, id, null)
  // The engine notices by its next call at the latest; WebLLM's own chat, which answers here, would not.
  expect(await sample()).not.toEqual(before)
  await expectAgreement(ownLab, id)
})

test('goes on in the middle of an answer when its device is lost, and repeats no token', async ({
  ownLab,
}) => {
  const id = 'tiny-lost-answer'
  await openTiny(ownLab, id, { changes: { num_hidden_layers: 1 }, options: {} })
  await setAdapter(ownLab, id, adapter)
  const generate = (loseAt: { between: number; during: number } | null) => {
    const options = { id: 'y', maxTokens: 24, temperature: 1, seed: 11 }
    const asked = { prompt: [5, 6, 7, 8], options, loseAt }
    return ownLab.evaluate(({ id, asked }) => globalThis.lab.generate(id, asked), { id, asked })
  }
  const whole = await generate(null)
  const broken = await generate({ between: 6, during: 15 })
  expect(whole.tokens.length).toBe(24)
  expect([whole.loads, broken.loads]).toEqual([0, 2])
  expect(broken.tokens.map(({ id }) => id)).toEqual(whole.tokens.map(({ id }) => id))
  const logprobs = [broken, whole].map(({ tokens }) => tokens.map(({ logprob }) => logprob))
  const difference = largestDifference(logprobs[0] ?? [], logprobs[1] ?? [])
  test.info().annotations.push({ type: id, description: `${difference} nats` })
  expect(difference).toBeLessThan(1e-4)
})

test('shares its device and its weights with the trainer, which outlives it', async ({ ownLab }) => {
  const report = await ownLab.evaluate(() => globalThis.lab.shareDevice({ model_type: 'qwen3' }))
  for (const [i, scored] of report.webLlm.entries())
    expect(largestDifference(scored, report.tfjs[i] ?? [])).toBeLessThan(tolerance)
  const [base, adapted, overwritten] = report.tfjs
  expect(adapted).not.toEqual(base)
  expect(overwritten).not.toEqual(base)
  expect(report.isAliveAfterwards).toBe(true)
})
