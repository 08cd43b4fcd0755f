/** Kept runs as the page gets them: with what their files say, forked under other settings, and never half done. */
import { describe, expect, it } from 'vitest'
import { readSession, writeSession } from '../mlpo/session-file.ts'
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
  await openCheckpoints(browser.root, 'run-1').write(bytes)
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
      ...{ steps: state.history, evaluations: [], adapter: null, rewards: [], questions: null },
    })
  })

  it('is listed by the checkpoint before a damaged one, and said to be unreadable when all are', async () => {
    const { browser, runs } = await scene()
    await openCheckpoints(browser.root, 'run-1').write(new Uint8Array(30))
    expect((await runs.list())[0]).toMatchObject({ checkpoints: [{ number: 1 }], problem: null })
    await openCheckpoints(browser.root, 'run-1').write(new Uint8Array(30))
    const [entry] = await runs.list()
    expect(entry?.state).toBeNull()
    expect(entry?.problem).toMatch(/cannot be used/)
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
