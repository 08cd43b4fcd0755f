/** Laws of one's own rewards: what counts as a score, what ends a step, and that no bad code costs the run. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allEvents, fakeSession, stagesOf } from '../testing/fake-session.ts'
import { fakeCode, silentCode } from '../testing/fake-code.ts'
import type { CodeOutcome, CodeRunner, CustomReward } from './custom.ts'
import { codeRunner, type CodeHost, type Timer } from './run-code.ts'
import { ResumeError } from '../session.ts'
import { readSession, writeSession } from '../session-file.ts'

const config = { custom_rewards: ['mine'], custom_reward_weights: [0.5], max_steps: 2 }
/** Never rings. */
const patient: Timer = () => () => undefined
const runner = () => codeRunner(fakeCode(), { timer: patient })
const rewards = (code: string): { codes: CustomReward[]; runner: CodeRunner } => ({
  codes: [{ name: 'mine', code }],
  runner: runner(),
})
const lengthReward = 'export default (task, { text }) => (task.family === "odd" ? null : text.length / 100)'
const input = { task: {}, completion: {} } as Parameters<CodeRunner['run']>[1]

describe('a run with one’s own reward', () => {
  test('has its raw values beside the others, weighted, and skips where it says null', async () => {
    const events = await allEvents(fakeSession(config, { rewards: rewards(lengthReward) }))
    const [score] = stagesOf(events, 'score')
    const [prompt] = stagesOf(events, 'prompt')
    const [sample] = stagesOf(events, 'sample')
    expect(score).toMatchObject({ functions: ['accuracy', 'format', 'mine'], weights: [1, 0.1, 0.5] })
    let skipped = 0
    for (const [p, group] of (score?.groups ?? []).entries())
      for (const [c, { rewards, reward }] of group.entries()) {
        const [accuracy = null, format = null, mine] = rewards
        const isOdd = prompt?.prompts[p]?.task.family === 'odd'
        const length = (sample?.groups[p]?.[c]?.text.length ?? 0) / 100
        expect(mine).toBe(isOdd ? null : length)
        expect(reward).toBeCloseTo((accuracy ?? 0) + 0.1 * (format ?? 0) + (isOdd ? 0 : 0.5 * length), 12)
        skipped += Number(isOdd)
      }
    expect(skipped).toBeGreaterThan(0)
    expect(stagesOf(events, 'update').at(-1)?.metrics).toHaveProperty('rewards/mine/mean')
  })

  test('goes on bit for bit after it was saved, with the code in it', async () => {
    const straight = await allEvents(
      fakeSession({ ...config, max_steps: 4 }, { rewards: rewards(lengthReward) }),
    )
    const first = fakeSession({ ...config, max_steps: 2 }, { rewards: rewards(lengthReward) })
    await allEvents(first)
    const state = readSession(writeSession(first.state()))
    expect(state.rewards).toEqual([{ name: 'mine', code: lengthReward }])
    const given = { codes: state.rewards, runner: runner() }
    const second = await allEvents(fakeSession({ ...config, max_steps: 4 }, { rewards: given, state }))
    expect(stagesOf(second, 'score')).toEqual(stagesOf(straight, 'score').slice(2))
  })

  test.each([
    [
      'export default () => { throw new Error("no luck") }',
      'threw',
      /"mine" failed on question add-\d: no luck/,
    ],
    ['export default () => NaN', 'not a score', /"mine" gave NaN for question add-\d/],
    ['export default () => -Infinity', 'not a score', /gave -Infinity/],
    ['export default () => "1"', 'not a score', /gave a value of type string/],
    ['export default () => undefined', 'not a score', /gave a value of type undefined/],
    ['export default 3', 'threw', /"mine" failed/],
    ['export default (', 'threw', /"mine" failed/],
  ])('%s ends the step by name and leaves the last finished one', async (code, problem, message) => {
    const session = fakeSession(config, { rewards: rewards(code) })
    const before = session.state()
    const failing = allEvents(session)
    await expect(failing).rejects.toThrow(message)
    await expect(failing).rejects.toMatchObject({ reward: 'mine', problem })
    expect(session.state()).toBe(before)
  })

  test('goes on with corrected code from its last finished step', async () => {
    const first = fakeSession({ ...config, max_steps: 1 }, { rewards: rewards(lengthReward) })
    await allEvents(first)
    const state = first.state()
    const bad = fakeSession(config, { rewards: rewards('export default () => NaN'), state })
    await expect(allEvents(bad)).rejects.toThrow('NaN')
    const good = fakeSession(config, { rewards: rewards('export default () => 0'), state: bad.state() })
    expect(stagesOf(await allEvents(good), 'update').map(({ step }) => step)).toEqual([2])
    expect(() =>
      fakeSession({ ...config, custom_reward_weights: [1] }, { rewards: rewards('x'), state }),
    ).toThrow(ResumeError)
  })

  test('is refused before its first step where a name has no code', () => {
    expect(() => fakeSession(config)).toThrow(/"mine" has no code here: links and settings never carry any/)
    const other = { codes: [{ name: 'other', code: '' }], runner: runner() }
    expect(() => fakeSession(config, { rewards: other })).toThrow(/"mine" has no code/)
  })
})

describe('running code behind a channel', () => {
  /** Rings when told to. */
  function handTimer() {
    const rings = new Map<number, { milliseconds: number; then: () => void }>()
    let count = 0
    const timer: Timer = (milliseconds, then) => {
      const id = (count += 1)
      rings.set(id, { milliseconds, then })
      return () => rings.delete(id)
    }
    return { timer, waiting: () => [...rings.values()] }
  }

  test('code that does not come back is stopped, and that is what is said', async () => {
    const host = fakeCode()
    const { timer, waiting } = handTimer()
    const outcome = codeRunner(host, { timer }).run({ name: 'mine', code: silentCode }, input, {
      timeLimitMs: 7,
    })
    waiting()[0]?.then()
    expect(await outcome).toMatchObject({ status: 'terminated' })
    expect(host.requests.map(({ type }) => type)).toEqual(['score', 'stop'])
    expect(waiting()).toEqual([])
  })

  test('the time that is allowed begins when the call does, once', () => {
    let receive: (data: unknown) => void = () => undefined
    const host: CodeHost = { send: () => undefined, listen: (given) => (receive = given) }
    const { timer, waiting } = handTimer()
    void codeRunner(host, { timer }).run({ name: 'mine', code: '' }, input, { timeLimitMs: 7 })
    expect(waiting()).not.toMatchObject([{ milliseconds: 7 }])
    receive({ type: 'started', call: 1 })
    const [first] = waiting()
    expect(first).toMatchObject({ milliseconds: 7 })
    receive({ type: 'started', call: 1 })
    expect(waiting()).toEqual([first])
  })

  test('whatever else the code posts is not listened to', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (junk) => {
        let receive: (data: unknown) => void = () => undefined
        const host: CodeHost = { send: () => undefined, listen: (given) => (receive = given) }
        const outcome = codeRunner(host, { timer: patient }).run({ name: 'mine', code: '' }, input, {
          timeLimitMs: 7,
        })
        receive(junk)
        receive({ type: 'value', call: 2, value: 5 })
        receive({ type: 'value', call: 1, value: 4 })
        receive({ type: 'threw', call: 1, message: 'late' })
        expect(await outcome).toEqual({ status: 'value', value: 4 } satisfies CodeOutcome)
      }),
    )
  })
})
