import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../mlpo/config/config.ts'
import type { Evaluation } from '../../mlpo/stages.ts'
import { judge, parseExpectation } from './expectation.ts'
import { readLink } from './readLink.ts'
import { readResult, ResultError, writeResult } from './result.ts'
import type { Outcome } from './result.ts'

const share = (value: number) => ({ value, low: value, high: value })

function evaluationAt(step: number, accuracy: number): Evaluation {
  return {
    ...{ step, n: 10, decoding: 'sampled', leaderTeam: share(accuracy), leaderAlone: share(0.4) },
    ...{
      majority: share(0.5),
      bestPeer: share(0.5),
      bestPeerIndex: 0,
      peers: [share(0.5)],
      oracle: share(0.9),
    },
    ...{ gainOverMajority: share(accuracy - 0.5), formatValid: 1, families: [] },
  }
}

const link = '?v=1&preset=tiny&seed=3&expect=reward>=0.6@2&expect=eval/team>0.9'
const { experiment } = readLink(link)

const outcome: Outcome = {
  experiment,
  ...{ runId: 'run-1', mode: 'finished', steps: 2, config: experiment.config, name: ' Ada ' },
  metrics: [
    { step: 1, metrics: { reward: 0.2 } },
    { step: 2, metrics: { reward: 0.7 } },
  ],
  evaluations: [evaluationAt(2, 0.8)],
  device: { engine: 'tfjs', backend: 'wasm', threads: 2, because: 'no GPU' },
  made: new Date('2026-01-02T03:04:05Z'),
}

describe('a result', () => {
  test('is read as it was written', () => {
    const read = readResult('ada.json', writeResult(outcome))
    expect(read).toMatchObject({
      name: 'Ada',
      preset: 'Tiny',
      steps: 2,
      stepsWanted: 2,
      differences: [],
      remarks: [],
    })
    expect(read.made).toEqual(outcome.made)
    expect(read.expectations.map(({ standing, isContradicted }) => [standing.state, isContradicted])).toEqual(
      [
        ['met', false],
        ['missed', false],
      ],
    )
  })

  test('with other settings than its link’s says which', () => {
    const config = parseConfig({ ...experiment.config, seed: 4 })
    const { differences } = readResult('x', writeResult({ ...outcome, config }))
    expect(differences.map(({ key, from, to }) => [key, from, to])).toEqual([['seed', 3, 4]])
  })

  test('that claims more than its own metrics show is contradicted', () => {
    const forged = writeResult(outcome).replace('"state": "missed"', '"state": "met"')
    const { expectations } = readResult('x', forged)
    expect(expectations.map(({ standing, isContradicted }) => [standing.state, isContradicted])).toEqual([
      ['met', false],
      ['missed', true],
    ])
  })

  test.each([
    ['of another version', (text: string) => text.replace('"version": 1', '"version": 2'), /version 2/],
    ['that is cut off', (text: string) => text.slice(0, 200), /cut off/],
    ['of something else', () => '{"photo": 1}', /at format/],
    ['with refused settings', (text: string) => text.replace('"seed": 3', '"seed": -3'), /seed/],
    [
      'with a metric that is none',
      (text: string) => text.replace('"reward": 0.7', '"reward": "much"'),
      /metrics/,
    ],
  ])('%s is refused with the file’s name and the reason', (_, spoil, reason) => {
    const text = spoil(writeResult(outcome))
    expect(() => readResult('a.json', text)).toThrow(ResultError)
    expect(() => readResult('a.json', text)).toThrow(reason)
    expect(() => readResult('a.json', text)).toThrow(/^a\.json is not a result/)
  })

  test('that is rubbish throws nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        expect(() => readResult('a.json', text)).toThrow(ResultError)
      }),
    )
  })
})

describe('an expectation', () => {
  const rewards = (...values: number[]) => values.map((reward, at) => ({ step: at + 1, metrics: { reward } }))
  const standing = (text: string, values: readonly number[], over = false) =>
    judge(parseExpectation(text), { steps: rewards(...values), evaluations: [], over })

  test('is pending while its step is ahead, and missed once that step is in', () => {
    expect(standing('reward>=0.6@3', [0.1, 0.2])).toEqual({ state: 'pending' })
    expect(standing('reward>=0.6@3', [0.1, 0.2, 0.3])).toEqual({ state: 'missed', best: 0.3 })
    expect(standing('reward>=0.6', [0.1], true)).toEqual({ state: 'missed', best: 0.1 })
    expect(standing('reward>=0.6@9', [], true)).toEqual({ state: 'missed', best: null })
  })

  test('is met at the first step that satisfies it, and not by a later one', () => {
    expect(standing('reward>=0.6@3', [0.1, 0.6, 0.9])).toEqual({ state: 'met', step: 2, value: 0.6 })
    expect(standing('reward>0.6@2', [0.1, 0.6, 0.9])).toEqual({ state: 'missed', best: 0.6 })
    expect(standing('reward<=0.1@2', [0.3, 0.05])).toEqual({ state: 'met', step: 2, value: 0.05 })
  })

  test('once met stays met, whatever follows', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true })), fc.double({ noNaN: true }), (values, next) => {
        const before = standing('reward>=0.5@20', values)
        fc.pre(before.state === 'met')
        expect(standing('reward>=0.5@20', [...values, next], true)).toEqual(before)
      }),
    )
  })

  test('of an evaluation looks at evaluations alone', () => {
    const measured = {
      steps: rewards(1, 1),
      evaluations: [evaluationAt(0, 0.3), evaluationAt(2, 0.8)],
      over: false,
    }
    expect(judge(parseExpectation('eval/team>=0.8'), measured)).toEqual({ state: 'met', step: 2, value: 0.8 })
    expect(judge(parseExpectation('eval/team>=0.9@2'), measured)).toEqual({ state: 'missed', best: 0.8 })
    expect(judge(parseExpectation('eval/team>=0.9@3'), measured)).toEqual({ state: 'pending' })
  })
})
