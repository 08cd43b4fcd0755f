/** The session on a real, tiny, random model in tfjs: what the fakes cannot show. */
import { memory } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { hashText } from '../../common/hash.ts'
import type { Kernels } from '../../engine/llama/kernels.ts'
import { startWasm, tinyConfig, tinySource } from '../../engine/llama/testing.ts'
import { createTfjsEngine, type EngineTokenizer } from '../../engine/tfjs/tfjs-engine.ts'
import { parseConfig, type Config } from '../config/config.ts'
import { promptStyles } from '../prompts.ts'
import { readSession, writeSession } from '../session-file.ts'
import type { SessionState } from '../session-state.ts'
import { createSession, type Session } from '../session.ts'
import { stagesOf } from '../testing/fake-session.ts'
import { preparedSource } from '../testing/prepared-tasks.ts'
import { createTrainer } from './llama-trainer.ts'

/** One token a word. */
const tokenizer: EngineTokenizer = {
  encode: (text) => text.split(/\s+/).map((word) => hashText(word) % tinyConfig.vocabularySize),
  decode: (ids) => ids.join(' '),
  render: (messages) => messages.flatMap(({ content }) => tokenizer.encode(content)),
}

/** The reward varies with the length, as a random model never answers. */
const settings = {
  reward_funcs: ['tokens'],
  reward_weights: [100],
  num_generations: 4,
  prompts_per_step: 2,
  max_completion_length: 12,
  max_steps: 4,
  eval_every: 0,
  micro_batch_size: 3,
} as const

let kernels: Kernels
beforeAll(async () => {
  kernels = await startWasm()
})

async function tinySession(
  given: Partial<Config>,
  state?: SessionState,
): Promise<{ session: Session; dispose: () => Promise<void> }> {
  const config = parseConfig({ ...settings, ...given })
  const leader = await createTfjsEngine({ source: tinySource(), tokenizer, kernels })
  if (leader.base === null) throw new Error('tfjs engines share their weights')
  const trainer = createTrainer({
    base: leader.base,
    kernels,
    baseModel: leader.info.id,
    config,
    ...(state && { state: state.trainer }),
  })
  const session = createSession({
    config,
    leader,
    trainer,
    proposals: preparedSource({ count: 4, peers: 2, variants: config.proposals_per_peer }),
    peers: [],
    style: promptStyles.nano,
    evaluate: null,
    now: () => 0,
    ...(state && { state }),
  })
  const dispose = async () => {
    trainer.dispose()
    await leader.dispose()
  }
  return { session, dispose }
}

async function pullTo(step: number, session: Session) {
  const events = []
  while (session.state().step < step) {
    const { value, done } = await session.events.next()
    if (done === true) break
    events.push(value)
  }
  return events
}

describe('a session on a tiny model', () => {
  test.each([
    { num_iterations: 2, beta: 0.05 },
    { num_iterations: 2, beta: 0.05, lora_dropout: 0.3 },
  ])('four steps are two steps, saved, read back, and two more, bit for bit: %j', async (given) => {
    const straight = await tinySession(given)
    await pullTo(4, straight.session)
    const first = await tinySession(given)
    await pullTo(2, first.session)
    const second = await tinySession(given, readSession(writeSession(first.session.state())))
    await pullTo(4, second.session)
    expect(second.session.state()).toEqual(straight.session.state())
    const files = [second, straight].map(({ session }) => writeSession(session.state()))
    expect(files[0]?.join()).toBe(files[1]?.join())
    expect(straight.session.state().history.some(({ metrics }) => (metrics['grad_norm'] ?? 0) > 0)).toBe(true)
    for (const { dispose } of [straight, first, second]) await dispose()
  })

  test('with dropout the ratio is 1 in a batch’s first pass, whose mask is that of the old log-probabilities', async () => {
    const { session, dispose } = await tinySession({
      ...{ num_iterations: 2, lora_dropout: 0.3, learning_rate: 0.02, max_steps: 2 },
    })
    const losses = stagesOf(await pullTo(2, session), 'loss').map(({ groups }) => groups.flat())
    const [, , first = [], second = []] = losses
    for (const { logprobs, oldLogprobs } of first) expect(logprobs).toEqual(oldLogprobs)
    expect(second.map(({ oldLogprobs }) => oldLogprobs)).toEqual(first.map(({ logprobs }) => logprobs))
    expect(second.map(({ logprobs }) => logprobs)).not.toEqual(first.map(({ logprobs }) => logprobs))
    await dispose()
  })

  test('the sampler’s log-probabilities are the trainer’s, before and after updates', async () => {
    const { session, dispose } = await tinySession({ temperature: 0.7, learning_rate: 0.02 })
    const updates = stagesOf(await pullTo(4, session), 'update')
    expect(updates.some(({ updateNorm }) => updateNorm > 0.1)).toBe(true)
    for (const { metrics } of updates)
      expect(metrics?.['sampling/sampling_logp_difference/max']).toBeLessThan(1e-4)
    await dispose()
  })

  test('what is rewarded becomes more frequent: shorter completions', async () => {
    const { session, dispose } = await tinySession({
      max_steps: 40,
      prompts_per_step: 4,
      learning_rate: 0.02,
    })
    await pullTo(40, session)
    const lengths = session.state().history.map(({ metrics }) => metrics['completions/mean_length'] ?? 0)
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(lengths.slice(-5))).toBeLessThan(mean(lengths.slice(0, 5)) - 2)
    await dispose()
  })

  test('memory is flat over 200 steps', async () => {
    const { session, dispose } = await tinySession({
      max_steps: 200,
      prompts_per_step: 1,
      max_completion_length: 4,
      num_generations: 2,
      beta: 0.05,
    })
    await pullTo(2, session)
    const { numTensors, numBytes } = memory()
    await pullTo(200, session)
    expect(memory()).toMatchObject({ numTensors, numBytes })
    await dispose()
  })
})
