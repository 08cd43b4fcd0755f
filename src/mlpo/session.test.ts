import { describe, expect, test } from 'vitest'
import { ConfigError } from './config/config.ts'
import { readSession, writeSession } from './session-file.ts'
import { ResumeError, type SessionEvent } from './session.ts'
import type { Evaluation, Share } from './stages.ts'
import { preparedSource } from './testing/prepared-tasks.ts'
import { allEvents, fakeConfig, fakeSession, stagesOf } from './testing/fake-session.ts'

const share: Share = { value: 0.5, low: 0.4, high: 0.6 }
const evaluation = (step: number): Evaluation => ({
  step,
  n: 10,
  decoding: 'sampled',
  leaderTeam: share,
  leaderAlone: share,
  majority: share,
  bestPeer: share,
  bestPeerIndex: 0,
  peers: [share],
  oracle: share,
  gainOverMajority: share,
  formatValid: 1,
  families: [],
})
const evaluate = (step: number) => Promise.resolve([evaluation(step)])

/** Adapter versions count the engine's calls, which start anew with each engine. */
const withoutVersions = (events: readonly SessionEvent[]) =>
  JSON.parse(
    JSON.stringify(events, (key, value: unknown) => (key === 'adapterVersion' ? undefined : value)),
  ) as unknown[]

/** Pulls to the end of that step. */
async function pullTo(step: number, session: ReturnType<typeof fakeSession>): Promise<SessionEvent[]> {
  const events: SessionEvent[] = []
  while (session.state().step < step) {
    const { value, done } = await session.events.next()
    if (done === true) break
    events.push(value)
  }
  return events
}

describe('a session', () => {
  test('ends after max_steps, each step once and in order', async () => {
    const events = await allEvents(fakeSession({ max_steps: 3 }))
    expect(events.flatMap((event) => (event.type === 'step-end' ? [event.step] : []))).toEqual([1, 2, 3])
  })

  test('gives the same run for the same seed, and another for another', async () => {
    const once = withoutVersions(await allEvents(fakeSession()))
    expect(withoutVersions(await allEvents(fakeSession()))).toEqual(once)
    expect(withoutVersions(await allEvents(fakeSession({ seed: 2 })))).not.toEqual(once)
  })

  test('from another machine goes on with the questions that are here, and is bound to them from then on', () => {
    const { state } = fakeSession()
    const elsewhere = { ...state(), dataId: null }
    const bound = fakeSession({}, { state: elsewhere }).state().dataId
    expect(bound).toBe(state().dataId)
    expect(() => fakeSession({}, { state: { ...elsewhere, dataId: 'other' } })).toThrow(ResumeError)
  })

  test('four steps are two steps, saved, read back, and two more, bit for bit', async () => {
    const given = { num_iterations: 2, beta: 0.1, permute_seats: true, alone_fraction: 0.3, eval_every: 2 }
    const straight = fakeSession(given, { evaluate })
    const events = await allEvents(straight)

    const first = fakeSession(given, { evaluate })
    const before = await pullTo(2, first)
    const state = readSession(writeSession(first.state()))
    const second = fakeSession(given, { evaluate, state })
    const after = await allEvents(second)

    expect(withoutVersions([...before, ...after])).toEqual(withoutVersions(events))
    expect(second.state().trainer).toEqual(straight.state().trainer)
    expect(second.state().cursor).toEqual(straight.state().cursor)
    expect(second.state().history.map(({ step }) => step)).toEqual([1, 2, 3, 4])
  })

  test('random rewards are the same after a resume, and say nothing of what is right', async () => {
    const given = { reward_funcs: ['random'], reward_weights: [1], max_steps: 48 } as const
    const straight = stagesOf(await allEvents(fakeSession(given)), 'score').map(({ groups }) => groups)
    const first = fakeSession(given)
    const before = stagesOf(await pullTo(9, first), 'score')
    const state = readSession(writeSession(first.state()))
    const after = stagesOf(await allEvents(fakeSession(given, { state })), 'score')
    expect([...before, ...after].map(({ groups }) => groups)).toEqual(straight)

    const rows = straight.flat(2)
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    const rewards = (right: 'right' | 'wrong') =>
      rows.filter((row) => row.right === (right === 'right')).map(({ reward }) => reward ?? Number.NaN)
    for (const half of ['right', 'wrong'] as const) {
      expect(rewards(half).length).toBeGreaterThan(100)
      expect(Math.abs(mean(rewards(half)) - 1 / 2)).toBeLessThan(0.1)
    }
    expect(new Set(rows.map(({ reward }) => reward)).size).toBe(rows.length)
  })

  test('a state stays what it was while the run goes on, also in the middle of a step', async () => {
    const session = fakeSession({ max_steps: 3 })
    await pullTo(1, session)
    const state = session.state()
    const bytes = writeSession(state)
    for (let stage = 0; stage < 6; stage++) await session.events.next()
    expect(session.state()).toBe(state)
    await allEvents(session)
    expect(writeSession(state)).toEqual(bytes)
  })

  test('evaluates before the first step, every eval_every steps, and at the end', async () => {
    const steps = async (eval_every: number) => {
      const events = await allEvents(fakeSession({ max_steps: 5, eval_every }, { evaluate }))
      return events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation.step] : []))
    }
    expect(await steps(2)).toEqual([0, 2, 4, 5])
    expect(await steps(0)).toEqual([5])
  })

  test('a run saved between a step and its evaluation makes the evaluation first, once', async () => {
    const first = fakeSession({ eval_every: 2 }, { evaluate })
    await pullTo(2, first)
    const second = fakeSession({ eval_every: 2 }, { evaluate, state: first.state() })
    const { value } = await second.events.next()
    expect(value).toMatchObject({ type: 'evaluation', evaluation: { step: 2 } })
    expect((await allEvents(second)).filter(({ type }) => type === 'evaluation')).toHaveLength(1)
  })

  test('max_steps may grow on resume; other settings and other questions are refused', async () => {
    const first = fakeSession({ max_steps: 2 })
    await allEvents(first)
    const state = first.state()
    const more = await allEvents(fakeSession({ max_steps: 3 }, { state }))
    expect(stagesOf(more, 'update').map(({ step }) => step)).toEqual([3])
    expect(() => fakeSession({ learning_rate: 1 }, { state })).toThrow(ResumeError)
    const proposals = preparedSource({ count: 7, peers: 3, variants: 4 })
    expect(() => fakeSession({}, { state, proposals })).toThrow(/set of questions/)
  })

  test('an abort ends the pull in progress and leaves the last finished step', async () => {
    const control = new AbortController()
    const session = fakeSession({}, { signal: control.signal })
    await pullTo(1, session)
    const state = session.state()
    await session.events.next()
    control.abort(new Error('stopped'))
    await expect(session.events.next()).rejects.toThrow('stopped')
    expect(session.state()).toBe(state)
  })

  test('a single completion per prompt is refused by the configuration', () => {
    expect(() => fakeConfig({ num_generations: 1 })).toThrow(ConfigError)
  })

  test('num_tokens counts a prompt once per completion and goes on over steps', async () => {
    const events = await allEvents(fakeSession({ max_steps: 2 }))
    const prompts = stagesOf(events, 'prompt')
    const expected = prompts.map(({ prompts: of }) =>
      of.reduce((sum, { promptIds }) => sum + 8 * (promptIds.length + 2), 0),
    )
    const counted = stagesOf(events, 'update').map(({ metrics }) => metrics?.['num_tokens'])
    expect(counted).toEqual([expected[0], (expected[0] ?? 0) + (expected[1] ?? 0)])
  })
})
