import { describe, expect, test } from 'vitest'
import type { Engine } from '../engine/engine.ts'
import { promptStyles } from './prompts.ts'
import { stepSampleId } from './step-batch.ts'
import { planPrompts, sampleRollouts } from './step-sample.ts'
import { fakeEngine } from './testing/fake-engine.ts'
import { preparedTasks } from './testing/prepared-tasks.ts'

const [prepared] = preparedTasks({ count: 1, peers: 2, variants: 1 })
const draw = (count: number) =>
  prepared === undefined
    ? []
    : [{ task: prepared.task, variant: 1, round: 0, proposals: prepared.proposals.flat(), count }]
const options = { maxTokens: 8, temperature: 1, seed: 1 }

/** Answers "é" as two tokens of one byte each, then ends. */
function byteEngine(): Engine {
  const bytes = [0x3c, 0xc3, 0xa9, 0x3e]
  return {
    ...fakeEngine(),
    decode: (ids) => new TextDecoder().decode(Uint8Array.from(ids.filter((id) => id !== 0))),
    sample: async (requests) =>
      requests.map(() => [
        { ids: [...bytes, 0], logprobs: new Float32Array(5), finish: 'stop', adapterVersion: 0 },
      ]),
  }
}

describe('sampling', () => {
  test('the prompt holds the question and the proposals in seat order', () => {
    const [[plan] = []] = planPrompts([draw(2)], { leader: fakeEngine(), style: promptStyles.nano })
    const text = plan?.prompt.promptText ?? ''
    const places = ['Add 1 and 1.', 'Peer 1: ', 'Peer 2: '].map((part) => text.indexOf(part))
    expect(places.every((place, i) => place > (places[i - 1] ?? -1))).toBe(true)
  })

  test('a group drawn again has other completions, and the same again the same', async () => {
    const leader = fakeEngine()
    const [plans = []] = planPrompts([draw(20)], { leader, style: promptStyles.nano })
    const texts = async (attempt: number) =>
      (await sampleRollouts(plans, { leader, options, idOf: () => stepSampleId(1, 0, attempt) }))
        .flat()
        .map(({ text }) => text)
    expect(await texts(1)).toEqual(await texts(1))
    expect(await texts(1)).not.toEqual(await texts(0))
  })

  test('token texts join to the text, and a character of two tokens appears with the second', async () => {
    const leader = byteEngine()
    const [plans = []] = planPrompts([draw(1)], { leader, style: promptStyles.nano })
    const [[rollout] = []] = await sampleRollouts(plans, { leader, options, idOf: () => 'a' })
    expect(rollout?.tokenTexts).toEqual(['<', '', 'é', '>', '⏎'])
    expect(rollout?.tokenTexts.slice(0, -1).join('')).toBe(rollout?.text)
  })
})
