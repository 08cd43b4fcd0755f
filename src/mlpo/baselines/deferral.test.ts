import { describe, expect, test } from 'vitest'
import { extractLeader } from '../answers/extract.ts'
import { promptStyles } from '../prompts.ts'
import { seatNamed } from '../rewards/deferral.ts'
import { fakeConfig } from '../testing/fake-session.ts'
import { preparedSource } from '../testing/prepared-tasks.ts'
import { scriptedEngine } from '../testing/scripted-engine.ts'
import { deferral, seatTraces } from './deferral.ts'

const proposals = preparedSource({ count: 60, peers: 3, variants: 4 })
const tracesWith = (seed: number) =>
  seatTraces({
    config: fakeConfig({ seed, max_completion_length: 64 }),
    leader: scriptedEngine('leader', () => 'Hm.'),
    proposals,
    style: promptStyles.nano,
  })

describe('traces for a leader that defers', () => {
  test('each names a seat of its question, whoever is right, and ends as the leader ends', async () => {
    const traces = await tracesWith(1)
    expect(traces).toHaveLength(60)
    const seats = traces.map(({ text, ids, prompt }) => {
      const named = extractLeader(text)
      expect(ids.at(-1)).toBe(0)
      expect(prompt.proposals).toHaveLength(3)
      return named.status === 'parsed' ? seatNamed(named.answer, 3) : null
    })
    expect(new Set(seats)).toEqual(new Set([0, 1, 2]))
  })

  test('depend on the seed alone', async () => {
    const texts = async (seed: number) => (await tracesWith(seed)).map(({ text }) => text)
    expect(await texts(1)).toEqual(await texts(1))
    expect(await texts(2)).not.toEqual(await texts(1))
  })

  test('the reward is the named peer’s; everything else is as MLPO has it', () => {
    const config = fakeConfig({ reward_weights: [1, 0.3], sft: 'splice' })
    const plan = deferral.plan?.(config, () => ({ lines: [], trainTokens: 0 }))
    expect(plan?.config).toEqual({
      ...config,
      reward_funcs: ['deferral', 'format'],
      reward_weights: [1, 0.3],
    })
  })
})
