import { describe, expect, test } from 'vitest'
import type { Proposal, Rollout, Score } from './stages.ts'
import type { SampledPrompt } from './step-batch.ts'
import { teamMetrics } from './team-metrics.ts'

/** A question whose right answer is 4, what the peers say in seat order, and what the leader answers. */
function sampled(
  peers: readonly (string | null)[],
  answers: readonly (string | null)[],
  { family = 'sums', seats = peers.map((_, peer) => peer) } = {},
): SampledPrompt {
  const proposals = peers.map((answer, seat): Proposal => {
    return { peer: seats[seat] ?? seat, text: '', answer, right: answer === '4' }
  })
  const task = {
    id: 'q',
    key: 'q',
    family,
    domain: 'math',
    question: '',
    answer: '4',
    answer_type: 'number',
  } as const
  const rollout = (answer: string | null): Rollout => ({
    ...{ text: '', ids: [1], tokenTexts: [''], logprobs: [0], finish: 'stop', adapterVersion: 1 },
    ...{ thought: null, answer, unparseable: null },
  })
  const score = (answer: string | null): Score => ({ right: answer === '4', rewards: [], reward: null })
  return {
    prompt: { task, variant: 1, round: 0, proposals, promptText: '', promptIds: [1] },
    rollouts: answers.map(rollout),
    scores: answers.map(score),
  }
}

describe('team metrics', () => {
  test('the vote, the oracle and each peer are counted over prompts, a tie of m as 1/m', () => {
    const metrics = teamMetrics([sampled(['4', '4', '5'], ['4', '4']), sampled(['5', '6', '4'], ['4', '5'])])
    expect(metrics['team/majority_accuracy']).toBeCloseTo((1 + 1 / 3) / 2)
    expect(metrics).toMatchObject({
      'team/oracle_accuracy': 1,
      'team/peer_0_accuracy': 0.5,
      'team/peer_1_accuracy': 0.5,
      'team/peer_2_accuracy': 0.5,
    })
  })

  test('a peer is the same peer in whatever seat it sits', () => {
    const metrics = teamMetrics([sampled(['4', '5', '6'], ['4'], { seats: [2, 0, 1] })])
    expect(metrics).toMatchObject({
      'team/peer_2_accuracy': 1,
      'team/peer_0_accuracy': 0,
      'team/copy_rate/2': 1,
      'team/copy_rate/0': 0,
    })
  })

  test('copying a peer counts only where it stands alone with its answer', () => {
    const metrics = teamMetrics([sampled(['4', '4', '5'], ['4', '4', '5', '5'])])
    expect(metrics).not.toHaveProperty('team/copy_rate/0')
    expect(metrics['team/copy_rate/2']).toBe(0.5)
  })

  test('overruling is differing from a unique plurality; a tie cannot be overruled', () => {
    const metrics = teamMetrics([
      sampled(['5', '5', '4'], ['4', '6', '5', null]),
      sampled(['1', '2', '3'], ['4']),
    ])
    expect(metrics['team/overrule_rate']).toBeCloseTo(2 / 3)
    expect(metrics['team/overrule_right']).toBe(0.5)
  })

  test('discrimination is 1 for taking right peers only, 0 for not looking, and is taken within families', () => {
    const always = [sampled(['4', '5', '6'], ['4', '4'])]
    expect(teamMetrics(always)['team/discrimination']).toBe(1)
    const blind = [sampled(['4', '5'], ['4', '5'])]
    expect(teamMetrics(blind)['team/discrimination']).toBe(0)
    const routed = [
      sampled(['4', '4'], ['4'], { family: 'easy' }),
      sampled(['5', '5'], ['6'], { family: 'hard' }),
    ]
    expect(teamMetrics(routed)).not.toHaveProperty('team/discrimination')
  })

  test('prompts without a team are left out', () => {
    const alone = sampled([], ['4'])
    expect(teamMetrics([{ ...alone, prompt: { ...alone.prompt, proposals: null } }])).toEqual({})
  })
})
