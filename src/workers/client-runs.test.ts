/** Kept runs as the page gets them: with what their files say, forked under other settings, and never half done. */
import { describe, expect, it } from 'vitest'
import { readSession, writeSession } from '../mlpo/session-file.ts'
import { allEvents, fakeConfig, fakeSession } from '../mlpo/testing/fake-session.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import { MemoryBrowser } from '../storage/memory-browser.testing.ts'
import { clientRuns } from './client-runs.ts'

async function scene() {
  const browser = new MemoryBrowser()
  const session = fakeSession({ max_steps: 2 })
  await allEvents(session)
  const bytes = writeSession(session.state())
  await openCheckpoints(browser.root, 'run-1').write(bytes)
  return { browser, runs: clientRuns(() => browser), state: session.state(), bytes }
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
      ...{ steps: state.history, evaluations: [] },
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
