import { describe, expect, test } from 'vitest'
import { parseConfig } from './config/config.ts'
import { leaderText, promptStyles } from './prompts.ts'
import { tracesOf, type TraceContext } from './sft-traces.ts'
import type { StepPrompt } from './stages.ts'
import { planPrompts, rolloutOf } from './step-sample.ts'
import { preparedTasks } from './testing/prepared-tasks.ts'
import { scriptedEngine } from './testing/scripted-engine.ts'

/** Spelt as no completion spells it, so that it can be looked for. */
const gold = '2.000'
const [prepared] = preparedTasks({ count: 1, peers: 2, variants: 1 })
if (prepared === undefined) throw new Error('there is a question')
const task = { ...prepared.task, answer: gold }
const style = promptStyles.chat

const written = leaderText({ thought: 'I say 3. No, it is 2.', answer: '2' })
function contextOf(sft: 'splice' | 'self', reply = written, given: object = {}) {
  const leader = scriptedEngine('writer', () => reply)
  const config = parseConfig({ sft, sft_max_length: 1000, ...given })
  const context: TraceContext = { config, leader, style }
  return { context, leader }
}
function completed(context: TraceContext, answers: readonly string[]) {
  const draw = {
    task,
    variant: 1,
    round: 0,
    proposals: prepared?.proposals.flat() ?? [],
    count: answers.length,
  }
  const [[plan] = []] = planPrompts([[draw]], context)
  const prompt = plan?.prompt as StepPrompt
  const rollouts = answers.map((answer, i) => {
    const ids = [...context.leader.encode(leaderText({ thought: `Perhaps ${i}.`, answer })), 0]
    const logprobs = new Float32Array(ids.length)
    return rolloutOf({ ids, logprobs, finish: 'stop', adapterVersion: 0 }, { leader: context.leader, prompt })
  })
  return { prompt, rollouts }
}
const textOf = (outcome: Awaited<ReturnType<typeof tracesOf>>[number] | undefined) =>
  outcome !== undefined && 'trace' in outcome ? outcome.trace.text : null

describe('the writers', () => {
  test.each(['splice', 'self'] as const)('%s: gold comes into no trace and no prompt', async (sft) => {
    const { context, leader } = contextOf(sft)
    const outcomes = await tracesOf([completed(context, ['3', '2'])], context)
    expect(outcomes).toMatchObject([{ outcome: 'merged', right: 1, of: 2 }])
    for (const text of [textOf(outcomes[0]) ?? '', ...leader.prompts]) {
      expect(text).toContain('2')
      expect(text).not.toContain(gold)
    }
    expect(leader.prompts).toHaveLength(sft === 'self' ? 1 : 0)
  })

  test('self: the leader sees both completions, and what it writes is the trace', async () => {
    const { context, leader } = contextOf('self')
    const each = completed(context, ['3', '2', '2'])
    const [outcome] = await tracesOf([each], context)
    expect(leader.prompts[0]).toContain(each.rollouts[0]?.text)
    expect(textOf(outcome)).toBe(written)
    expect(outcome).toMatchObject({ trace: { kind: 'merged', wrong: each.rollouts[0]?.text } })
  })

  test.each([
    ['without tags', 'I say 2.', 'unparseable'],
    ['that ends wrong', leaderText({ thought: 'Hm.', answer: '3' }), 'not right'],
    ['without an end', `<think>${'So on. '.repeat(200)}`, 'too long'],
  ])('self: a text %s is rejected', async (_, reply, reason) => {
    const { context } = contextOf('self', reply)
    const outcomes = await tracesOf([completed(context, ['3', '2'])], context)
    expect(outcomes).toMatchObject([{ outcome: 'rejected', reason }])
  })

  test('a kept completion must fit, too', async () => {
    const outcome = async (sft_max_length: number) => {
      const { context } = contextOf('splice', '', { sft_max_length })
      const each = completed(context, ['2', '2'])
      return { made: await tracesOf([each], context), length: each.rollouts[0]?.ids.length ?? 0 }
    }
    const { length } = await outcome(1000)
    expect((await outcome(length)).made).toMatchObject([{ outcome: 'kept' }])
    expect((await outcome(length - 1)).made).toMatchObject([{ outcome: 'rejected', reason: 'too long' }])
  })
})
