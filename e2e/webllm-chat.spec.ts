/**
 * WebLLM's own chat through our model library, with everything that it does between logits and token: bias, penalties,
 * top-p and grammars, each held to arithmetic by hand on the logits of the same step (`webllm/chat-reference.ts`).
 */
import { expect } from '@playwright/test'
import type { Worker } from '@playwright/test'
import type { ChatReport, ChatRequest } from './webllm/chat.ts'
import { expectedSteps } from './webllm/chat-reference.ts'
import { test } from './webllm/fixture.ts'

const id = 'nano-leader'
const question = 'What is 12 + 7?'
const usual: ChatRequest = { max_tokens: 12, temperature: 1, top_p: 1, seed: 1_357_924_680, ignore_eos: true }
const greedy: ChatRequest = { ...usual, temperature: 0 }

test.beforeAll(({ lab }) => lab.evaluate((id) => globalThis.lab.openPublished(id), id))
test.afterAll(({ lab }) => lab.evaluate((id) => globalThis.lab.close(id), id))

function chat(lab: Worker, request: ChatRequest): Promise<ChatReport> {
  return lab.evaluate(({ id, question, request }) => globalThis.lab.chat(id, question, request), {
    id,
    question,
    request,
  })
}

/** Chats, and finds every token and log-probability as by hand: measured 3e-7 nats. */
async function chatAsByHand(lab: Worker, request: ChatRequest): Promise<ChatReport> {
  const report = await chat(lab, request)
  const steps = expectedSteps(report, request)
  expect(report.tokens.length).toBeGreaterThan(0)
  expect(report.tokens).toEqual(steps.map(({ token }) => token))
  // At temperature 0 WebLLM divides by 1e-6, and the rest is rounding.
  if (request.temperature === 0) return report
  expect(report.reported.length).toBe(report.tokens.length)
  const difference = Math.max(
    ...steps.map(({ logprob }, step) => Math.abs(logprob - (report.reported[step] ?? Number.NaN))),
  )
  expect(difference).toBeLessThan(1e-4)
  return report
}

/** Ids of the most likely tokens of a step, the likeliest first. */
function likeliest({ logits }: ChatReport, step: number): number[] {
  const row = logits[step] ?? []
  return [...row.keys()].sort((a, b) => (row[b] ?? 0) - (row[a] ?? 0))
}

test('a token that is biased down by 100 is not drawn, and one that is biased up by 100 is', async ({
  lab,
}) => {
  const plain = await chatAsByHand(lab, greedy)
  const [first = 0, second = 0] = likeliest(plain, 0)
  const last = likeliest(plain, 0).at(-1) ?? 0
  expect(plain.tokens[0]).toBe(first)
  const without = await chatAsByHand(lab, { ...greedy, logit_bias: { [first]: -100 } })
  expect(without.tokens[0]).toBe(second)
  expect(without.tokens).not.toContain(first)
  const forced = await chatAsByHand(lab, { ...greedy, logit_bias: { [last]: 100 } })
  expect(forced.tokens).toEqual(Array.from({ length: 12 }, () => last))
})

test('biases on many tokens at once are all applied, with the log-probability of what is drawn', async ({
  lab,
}) => {
  const { logits } = await chat(lab, usual)
  // More than one workgroup of 64.
  const bias = Object.fromEntries((logits[0] ?? []).slice(0, 150).map((_, token) => [token, (token % 9) - 4]))
  const biased = await chatAsByHand(lab, { ...usual, logit_bias: bias })
  const plain = await chatAsByHand(lab, usual)
  expect(biased.tokens).not.toEqual(plain.tokens)
  expect((await chatAsByHand(lab, { ...usual, logit_bias: {} })).reported).toEqual(plain.reported)
})

const penalties: readonly ChatRequest[] = [
  { repetition_penalty: 2 },
  { presence_penalty: 2, frequency_penalty: 0 },
  { presence_penalty: 0, frequency_penalty: 1.5 },
  { presence_penalty: 0.5, frequency_penalty: -0.75, repetition_penalty: 1.3 },
]
for (const penalty of penalties)
  test(`${JSON.stringify(penalty)} changes what would be repeated, as by hand`, async ({ lab }) => {
    // A token that the model says again and again.
    const plain = await chat(lab, { ...greedy, max_tokens: 1 })
    const repeated = { ...greedy, logit_bias: { [likeliest(plain, 0)[20] ?? 0]: 14 } }
    const without = await chatAsByHand(lab, repeated)
    expect(new Set(without.tokens).size).toBeLessThan(without.tokens.length)
    const penalised = await chatAsByHand(lab, { ...repeated, ...penalty })
    expect(penalised.tokens).not.toEqual(without.tokens)
    await chatAsByHand(lab, { ...usual, ...penalty })
  })

test('top-p draws from the smallest set that has the mass, and from all of it', async ({ lab }) => {
  const draw = { ...usual, max_tokens: 4, temperature: 2 }
  let outside = 0
  for (const top_p of [0.05, 0.4, 0.9])
    for (const seed of [123_456_789, 1_000_000_007, 2_000_000_011]) {
      const request = { ...draw, seed, top_p }
      const report = await chatAsByHand(lab, request)
      const free = await chatAsByHand(lab, { ...request, top_p: 1 })
      const [step] = expectedSteps(report, request)
      if (!step?.kept.has(free.tokens[0] ?? -1)) outside += 1
    }
  // Else top-p would not have been asked to do anything.
  expect(outside).toBeGreaterThan(0)
})

test('bias, penalties, temperature and top-p work together', async ({ lab }) => {
  const plain = await chat(lab, { ...greedy, max_tokens: 1 })
  const [first = 0, second = 0] = likeliest(plain, 0)
  await chatAsByHand(lab, {
    ...usual,
    temperature: 0.7,
    top_p: 0.6,
    presence_penalty: 0.4,
    frequency_penalty: 0.3,
    repetition_penalty: 1.2,
    logit_bias: { [first]: -3, [second]: 2.5 },
  })
})

const schema = {
  type: 'object',
  properties: { sure: { type: 'boolean' }, answer: { enum: ['nineteen', 'twelve'] } },
  required: ['sure', 'answer'],
}
test('an answer by a JSON schema parses and has its fields', async ({ lab }) => {
  // The schema allows any number of them between two words, and so small a model never stops.
  const blanks = await lab.evaluate((id) => globalThis.lab.blankTokens(id), id)
  expect(blanks.length).toBeGreaterThan(1)
  const request: ChatRequest = {
    ...usual,
    ignore_eos: false,
    max_tokens: 120,
    logit_bias: Object.fromEntries(blanks.map((token) => [token, -100])),
    response_format: { type: 'json_object', schema: JSON.stringify(schema) },
  }
  const { text, finish } = await chatAsByHand(lab, request)
  expect(finish).toBe('stop')
  const answer = JSON.parse(text) as Record<string, unknown>
  expect(Object.keys(answer).sort()).toEqual(['answer', 'sure'])
  expect(answer['sure']).toEqual(expect.any(Boolean))
  expect(['nineteen', 'twelve']).toContain(answer['answer'])
})

test('a grammar masks every token that it does not allow, and no other', async ({ lab }) => {
  const request: ChatRequest = {
    ...usual,
    ignore_eos: false,
    response_format: { type: 'grammar', grammar: 'root ::= "yes" | "no"' },
  }
  const masked = await chatAsByHand(lab, request)
  expect(['yes', 'no']).toContain(masked.text)
  const free = await chat(lab, { ...usual, max_tokens: 1 })
  const allowed = (masked.logits[0] ?? []).flatMap((logit, token) => (logit > -1e38 ? [token] : []))
  expect(allowed.length).toBeGreaterThan(0)
  expect(allowed.length).toBeLessThan(20)
  for (const token of allowed) expect(masked.logits[0]?.[token]).toBe(free.logits[0]?.[token])
  // Also where the free choice would be another, and whatever the seed.
  expect(allowed).not.toContain(likeliest(free, 0)[0])
  for (const seed of [7, 1_700_000_003])
    expect(['yes', 'no']).toContain((await chat(lab, { ...request, seed })).text)
})
