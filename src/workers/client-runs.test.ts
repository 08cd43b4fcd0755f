/** Kept runs as the page gets them: with what their files say, forked under other settings, and never half done. */
import { describe, expect, it } from 'vitest'
import type { Config } from '../mlpo/config/config.ts'
import { readSession, writeSession } from '../mlpo/session-file.ts'
import type { SessionState } from '../mlpo/session-state.ts'
import { allEvents, fakeConfig, fakeSession } from '../mlpo/testing/fake-session.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import { lockRun } from '../storage/locks.ts'
import { MemoryBrowser } from '../storage/memory-browser.testing.ts'
import { clientRuns } from './client-runs.ts'

const modelBase = 'https://lab.test/models/'

async function scene() {
  const browser = new MemoryBrowser()
  const session = fakeSession({ max_steps: 2 })
  await allEvents(session)
  const bytes = writeSession(session.state())
  const here: { run: string | null } = { run: null }
  await openCheckpoints(browser.root, 'run-1').write(bytes, { step: 2 })
  return {
    browser,
    runs: clientRuns(() => browser, { openHere: () => here.run, modelBase }),
    here,
    state: session.state(),
    bytes,
  }
}

describe('a kept run', () => {
  it('is listed with settings, history and checkpoints, which its files say', async () => {
    const { runs, state, bytes } = await scene()
    const [entry, ...others] = await runs.list()
    expect(others).toEqual([])
    expect(entry).toMatchObject({
      runId: 'run-1',
      bytes: bytes.length,
      checkpoints: [{ number: 1, step: 2 }],
    })
    expect(entry?.state).toEqual({
      ...{ runId: 'run-1', config: state.config, step: 2 },
      ...{
        steps: state.history,
        evaluations: [],
        adapter: null,
        rewards: [],
        questions: null,
        leftOut: null,
      },
    })
  })

  it('is listed by the newest checkpoint that is whole, and said to be unreadable when none is', async () => {
    const { browser, runs, state } = await scene()
    const damage = (runId: string, step: number) =>
      openCheckpoints(browser.root, runId).write(new Uint8Array(30), { step })
    for (const step of [3, 4, 5]) await damage('run-1', step)
    expect((await runs.list())[0]).toMatchObject({
      checkpoints: [{ number: 1, step: 2 }],
      state: { step: 2, steps: state.history },
      problem: null,
    })
    await damage('run-2', 1)
    const entry = (await runs.list()).find(({ runId }) => runId === 'run-2')
    expect(entry?.state).toBeNull()
    expect(entry?.problem).toMatch(/cannot be used/)
  })

  it('is listed with its milestones, one per step, without those that are cut short; of old files all are read', async () => {
    const { browser, runs, state, bytes } = await scene()
    const runFolder = browser.root.folders.get('runs')?.folders.get('run-1')
    const put = (name: string, content: Uint8Array<ArrayBuffer>) =>
      runFolder?.files.set(name, { bytes: content, modified: 1 })
    put('000001.run', writeSession({ ...state, step: 1, history: state.history.slice(0, 1) }))
    put('000003-step-2.run', bytes)
    put('000004-step-4.run', new Uint8Array(bytes.slice(0, -4)))
    put('000005-step-5.run', bytes)
    put('000006-step-8.run', bytes)
    expect((await runs.list())[0]?.checkpoints).toEqual([
      { number: 6, step: 2 },
      { number: 5, step: 5 },
      { number: 1, step: 1 },
    ])
  })

  it('keeps its notes', async () => {
    const { runs } = await scene()
    await runs.describe('run-1', { name: 'First' })
    expect((await runs.list())[0]?.notes.name).toBe('First')
  })
})

describe('a run that is open', () => {
  it('is said to be so, here or in another tab, until it is free', async () => {
    const { browser, runs, here } = await scene()
    const { signal } = new AbortController()
    await runs.whenFree('run-1', signal)
    const release = await lockRun('run-1', { locks: browser.locks })
    expect((await runs.list())[0]?.openIn).toBe('another tab')
    here.run = 'run-1'
    expect(await runs.openIn('run-1')).toBe('this tab')
    const free = runs.whenFree('run-1', signal)
    release()
    await free
    expect((await runs.list())[0]?.openIn).toBeNull()
  })

  it('is not deleted under another tab, and is when this one has left it', async () => {
    const { browser, runs, here } = await scene()
    const release = await lockRun('run-1', { locks: browser.locks })
    await expect(runs.remove('run-1')).rejects.toMatchObject({ name: 'RunInUseError' })
    expect((await runs.list())[0]?.notes.deletedAt).toBeNull()
    here.run = 'run-1'
    const removed = runs.remove('run-1')
    release()
    await removed
    expect((await runs.list())[0]?.notes.deletedAt).not.toBeNull()
  })
})

describe('a fork', () => {
  it('is the checkpoint of the other run under its own settings, and bound to no proposals', async () => {
    const { browser, runs, state } = await scene()
    const config = fakeConfig({ max_steps: 6, learning_rate: 0.01 })
    const saved = await runs.fork({ from: 'run-1', checkpoint: 1, to: 'run-2', config })
    expect(saved).toMatchObject({ runId: 'run-2', config, step: 2, steps: state.history })
    const forked = await openCheckpoints(browser.root, 'run-2').newest(readSession)
    expect(forked).toEqual({ ...state, config, dataId: null })
    expect(await openCheckpoints(browser.root, 'run-1').newest(readSession)).toEqual(state)
  })

  it('before the first step keeps its origin’s word on traces, unless they are done', async () => {
    const { browser, runs, state } = await scene()
    const begin = { ...state, step: 0, history: [] }
    const sft = {
      ...{ phase: 'traces' as const, cursor: 1, step: 0, history: [], traces: [] },
      counts: { prompts: 1, dropped: 1, kept: 0, merged: 0, rejected: {} },
    }
    const put = (runId: string, change: Partial<SessionState>) =>
      openCheckpoints(browser.root, runId).write(writeSession({ ...begin, ...change }), { step: 0 })
    const withTraces = fakeConfig({ max_steps: 2, sft: 'splice' })
    await put('plain', {})
    await put('in traces', { config: withTraces, sft })
    await put('after traces', { config: withTraces, sft: { ...sft, phase: 'done' } })
    const fork = (from: string, config: Config) =>
      runs.fork({ from, checkpoint: 1, to: `of ${from}`, config })
    const refused = { name: 'ForkTracesError', message: expect.stringContaining('“Traces first”') as string }
    await expect(fork('plain', withTraces)).rejects.toMatchObject(refused)
    await expect(fork('in traces', state.config)).rejects.toMatchObject(refused)
    expect((await runs.list()).map(({ runId }) => runId)).not.toContain('of plain')
    await fork('plain', state.config)
    await fork('in traces', withTraces)
    await fork('after traces', state.config)
  })

  it('can be made of every milestone, and leaves them where they are', async () => {
    const { browser, runs, state } = await scene()
    const config = fakeConfig({ max_steps: 40 })
    const checkpoints = openCheckpoints(browser.root, 'long')
    const after = (step: number) => ({
      ...state,
      step,
      history: Array.from({ length: step }, (_, i) => ({ step: i + 1, metrics: {} })),
    })
    for (let step = 0; step <= 20; step++) await checkpoints.write(writeSession(after(step)), { step })
    const listed = async () => (await runs.list()).find(({ runId }) => runId === 'long')?.checkpoints ?? []
    const before = await listed()
    expect(before.map(({ step }) => step)).toEqual([20, 19, 16, 12, 8, 4, 0])
    for (const { number, step } of before) {
      const saved = await runs.fork({ from: 'long', checkpoint: number, to: `from-${step}`, config })
      expect(saved).toMatchObject({ step, steps: after(step).history })
    }
    expect(await listed()).toEqual(before)
    await runs.removeForGood('long')
    expect(browser.root.folders.get('runs')?.folders.has('long')).toBe(false)
  })

  it.each([
    ['a checkpoint that is gone', { checkpoint: 9 }, 'CheckpointGoneError'],
    ['a run that is gone', { from: 'run-9' }, 'CheckpointGoneError'],
    ['fewer steps than are done', { config: fakeConfig({ max_steps: 2 }) }, 'ForkOverError'],
  ])('is not made of %s', async (_what, change, name) => {
    const { runs } = await scene()
    const fork = {
      from: 'run-1',
      checkpoint: 1,
      to: 'run-2',
      config: fakeConfig({ max_steps: 6 }),
      ...change,
    }
    await expect(runs.fork(fork)).rejects.toMatchObject({ name })
    expect(await runs.list()).toHaveLength(1)
  })
})
