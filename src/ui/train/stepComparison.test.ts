import { expect, test } from 'vitest'
import type { Rollout, Score, StepPrompt } from '../../mlpo/stages.ts'
import { withStage, type StepData } from './step.ts'
import { figureRows, sharedFamilies, sharedQuestions } from './stepComparison.ts'

interface Group {
  readonly key: string
  readonly family: string
  /** With whether it is right. */
  readonly answers: readonly (readonly [string | null, boolean])[]
}

function stepOf(step: number, groups: readonly Group[]): StepData {
  const prompts = groups.map(({ key, family }): StepPrompt => {
    const task = { ...{ id: key, key, family, domain: 'math' }, ...{ question: `${key}?`, answer: '7' } }
    return {
      task: { ...task, answer_type: 'number' },
      ...{ variant: 1, round: 0, proposals: null, promptText: '', promptIds: [] },
    }
  })
  const rollout = (answer: string | null): Rollout => ({
    ...{ text: '', ids: [], tokenTexts: [], logprobs: [], finish: 'stop', adapterVersion: 0 },
    ...{ thought: null, answer, unparseable: null },
  })
  const score = (right: boolean): Score => ({ right, rewards: [], reward: 0 })
  const each = <T>(make: (given: Group['answers'][number]) => T) =>
    groups.map(({ answers }) => answers.map(make))
  return [
    { step, stage: 'prompt', prompts } as const,
    { step, stage: 'sample', groups: each(([answer]) => rollout(answer)) } as const,
    { step, stage: 'score', functions: [], weights: [], groups: each(([, right]) => score(right)) } as const,
  ].reduce<StepData | null>((data, stage) => withStage(data, stage, { elapsedMs: 0 }), null) as StepData
}

const before = stepOf(1, [
  {
    key: 'a',
    family: 'sums',
    answers: [
      ['7', true],
      ['8', false],
      ['8', false],
      [null, false],
    ],
  },
  { key: 'b', family: 'lists', answers: [['1', false]] },
])
const after = stepOf(5, [
  {
    key: 'c',
    family: 'sums',
    answers: [
      ['7', true],
      ['7', true],
    ],
  },
  {
    key: 'a',
    family: 'sums',
    answers: [
      ['7', true],
      ['7', true],
      ['7', true],
      ['8', false],
    ],
  },
])

test('a question in both steps has the answers of both, the most frequent first', () =>
  expect(sharedQuestions(before, after)).toEqual([
    {
      ...{ question: 'a?', gold: '7' },
      from: {
        counts: [
          { answer: '8', count: 2 },
          { answer: '7', count: 1 },
          { answer: null, count: 1 },
        ],
        ...{ right: 1, of: 4 },
      },
      to: {
        counts: [
          { answer: '7', count: 3 },
          { answer: '8', count: 1 },
        ],
        right: 3,
        of: 4,
      },
    },
  ]))

test('a family in both steps counts all its groups; others are left out', () =>
  expect(
    sharedFamilies(before, after).map(({ family, from, to }) => [
      family,
      from.right,
      from.of,
      to.right,
      to.of,
    ]),
  ).toEqual([['sums', 1, 4, 5, 6]]))

test('figures have their change, and none where a step lacks them; unknown ones are left out', () => {
  const rows = figureRows(
    { reward: 0.25, 'team/copy_rate/0': 0.5 },
    { reward: 0.5, 'team/copy_rate/0': 0.25, entropy: 1 },
    2,
  )
  expect(rows.map(({ label, from, to, change }) => [label, from, to, change])).toEqual([
    ['Mean reward', '0.25', '0.5', '+0.25'],
    ['Follows peer 1 where it stands alone', '50\u202f%', '25\u202f%', '−25 points'],
    ['Entropy, nats', 'none', '1', ''],
  ])
})
