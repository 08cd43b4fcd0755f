import { describe, expect, test } from 'vitest'
import { leaderText } from './prompts.ts'
import { stream } from './random.ts'
import { chosen, counted, rejectionOf } from './sft-choice.ts'
import { freshSft, type TraceOutcome } from './sft-stages.ts'
import type { Rollout } from './stages.ts'
import { sumTask } from './testing/sum-task.ts'

const rollout = (answer: string, given: Partial<Rollout> = {}): Rollout => ({
  text: leaderText({ thought: `I say ${answer}.`, answer }),
  ids: [1, 0],
  tokenTexts: [],
  logprobs: [0, 0],
  finish: 'stop',
  adapterVersion: 0,
  thought: `I say ${answer}.`,
  answer,
  unparseable: null,
  ...given,
})
const of = (...rollouts: Rollout[]) => chosen(sumTask, rollouts, stream(1, 'choice'))

describe('what becomes of a question', () => {
  test('without a right completion it is dropped', () => {
    expect(of(rollout('40'), rollout('42'))).toEqual({ kind: 'drop' })
    expect(of()).toEqual({ kind: 'drop' })
  })

  test('with right completions only, one is kept', () => {
    const all = [rollout('41'), rollout('41.0')]
    const choice = of(...all)
    expect(choice.kind === 'keep' && all.includes(choice.right)).toBe(true)
  })

  test('with a single right one among wrong ones, that one is merged', () => {
    const [right, wrong, other] = [rollout('41'), rollout('40'), rollout('42')]
    const choice = of(wrong, right, other)
    expect(choice).toMatchObject({ kind: 'merge', right })
    expect(choice.kind === 'merge' && new Set(choice.wrong)).toEqual(new Set([wrong, other]))
  })

  test('a right completion that ran into the limit is not learnt from, nor taken for a wrong one', () => {
    const cut = rollout('41', { finish: 'length' })
    const right = rollout('41')
    expect(of(cut)).toEqual({ kind: 'reject', reason: 'no end' })
    expect(of(cut, rollout('40'))).toEqual({ kind: 'reject', reason: 'no end' })
    expect(of(cut, right)).toEqual({ kind: 'keep', right })
  })

  test('a wrong completion without a thought gives no wrong path', () => {
    const silent = [rollout('40', { thought: null }), rollout('40', { thought: '' })]
    const wrong = rollout('42')
    expect(of(rollout('41'), ...silent)).toEqual({ kind: 'reject', reason: 'no wrong thought' })
    expect(of(rollout('41'), ...silent, wrong)).toMatchObject({ kind: 'merge', wrong: [wrong] })
  })

  test('which completions are taken is the stream’s choice', () => {
    const many = Array.from({ length: 30 }, (_, i) => rollout(i % 2 === 0 ? '41' : String(i)))
    const by = (seed: number) => JSON.stringify(chosen(sumTask, many, stream(seed, 'choice')))
    expect(by(1)).toBe(by(1))
    expect(new Set([1, 2, 3, 4].map(by)).size).toBeGreaterThan(1)
  })
})

describe('a trace', () => {
  const draft = { text: leaderText({ thought: 'So.', answer: '41' }), ids: [1, 2, 3, 0] }
  const limits = { maxTokens: 4, decode: () => draft.text }

  test('has a thought and an answer, ends right, fits, and is what its tokens decode to', () => {
    expect(rejectionOf(sumTask, draft, limits)).toBeNull()
    expect(rejectionOf(sumTask, { ...draft, text: '<think>So.</think>41' }, limits)).toBe('unparseable')
    expect(rejectionOf(sumTask, { ...draft, text: `<think></think>${draft.text}` }, limits)).toBe(
      'unparseable',
    )
    const wrong = leaderText({ thought: 'So.', answer: '40' })
    expect(rejectionOf(sumTask, { ...draft, text: wrong }, limits)).toBe('not right')
    expect(rejectionOf(sumTask, draft, { ...limits, maxTokens: 3 })).toBe('too long')
    expect(rejectionOf(sumTask, draft, { ...limits, decode: () => 'So' })).toBe('not encodable')
  })
})

test('counts of chunks add up, with a count for each reason', () => {
  const head = { task: 't', right: 1, of: 2 }
  const rejected = (reason: 'too long' | 'no end'): TraceOutcome => ({
    ...head,
    outcome: 'rejected',
    reason,
    text: null,
  })
  const first = counted(freshSft.counts, [{ ...head, outcome: 'dropped' }, rejected('too long')])
  const both = counted(first, [rejected('too long'), rejected('no end')])
  expect(both).toEqual({
    prompts: 4,
    dropped: 1,
    kept: 0,
    merged: 0,
    rejected: { 'too long': 2, 'no end': 1 },
  })
})
