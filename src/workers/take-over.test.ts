/** A recorded run that is taken over is an ordinary saved one; where it cannot be, nothing is stored and it says why. */
import { describe, expect, it } from 'vitest'
import { packState, PackedStateError } from '../mlpo/recording/packed-state.ts'
import { readSession } from '../mlpo/session-file.ts'
import { freshAdapter } from '../mlpo/trainer/lora-init.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import { MemoryFolder } from '../storage/memory-folder.testing.ts'
import { storedRuns } from '../storage/run-library.ts'
import type { RunToTakeOver } from './client-types.ts'
import { fakeLabConfig } from './fake-lab.testing.ts'
import { takeOver } from './take-over.ts'

const config = fakeLabConfig()
const modules = [{ path: 'q_proj', inFeatures: 6, outFeatures: 5 }]
const start = freshAdapter(modules, {
  ...{ r: config.lora_r, alpha: config.lora_alpha, baseModel: config.leader, seed: config.seed },
})
const zeros = [...start.modules].map(([path, { a, b }]) => {
  const none = { a: new Float32Array(a.length), b: new Float32Array(b.length) }
  return [path, { first: none, second: none }] as const
})
const packed = packState({ updates: 2, adapter: start, start, moments: new Map(zeros) })
const run: RunToTakeOver = {
  ...{
    runId: 'run-1',
    config,
    step: 2,
    cursor: 4,
    evaluatedAt: 2,
    evaluations: [],
    modules,
    packed,
    adapter: null,
  },
  steps: [1, 2].map((step) => ({ step, metrics: { reward: step / 10 } })),
}
const stored = async (root: MemoryFolder) => openCheckpoints(root, 'run-1').newest(readSession)

describe('a run that is taken over', () => {
  it('is stored with its history, its next batch and its trainer’s state, on whatever proposals it finds', async () => {
    const root = new MemoryFolder()
    const { packed: _packed, modules: _modules, cursor: _cursor, evaluatedAt: _at, ...saved } = run
    expect(await takeOver(run, root)).toEqual({ ...saved, rewards: [], questions: null, leftOut: null })
    const state = await stored(root)
    expect(state).toMatchObject({ step: 2, cursor: 4, evaluatedAt: 2, dataId: null, history: run.steps })
    expect(state?.trainer.updates).toBe(2)
    expect(state?.trainer.adapter).toEqual(start)
  })

  it('begins with its seed’s own adapter before the first step', async () => {
    const root = new MemoryFolder()
    await takeOver({ ...run, step: 0, steps: [], packed: null }, root)
    expect((await stored(root))?.trainer).toMatchObject({ updates: 0, adapter: start })
  })

  it.each([
    ['of another seed', { config: fakeLabConfig({ seed: 2 }) }, 'the start of its own run'],
    ['after another step', { step: 1 }, 'expected 1 updates, found 2'],
    ['with a damaged state', { packed: packed.slice(1) }, 'a recorded state'],
  ])('is refused and not stored when it is %s', async (_what, change, message) => {
    const root = new MemoryFolder()
    const taking = takeOver({ ...run, ...change }, root)
    await expect(taking).rejects.toThrow(PackedStateError)
    await expect(taking).rejects.toThrow(message)
    expect(await storedRuns(root)).toEqual([])
  })
})
