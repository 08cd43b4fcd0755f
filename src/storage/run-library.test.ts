import { expect, it } from 'vitest'
import { openCheckpoints } from './checkpoints.ts'
import { lockRun, RunInUseError } from './locks.ts'
import { MemoryFolder } from './memory-folder.testing.ts'
import { memoryLocks } from './memory-locks.testing.ts'
import { allRuns, removeOldDeleted, removeRun, storedRuns } from './run-library.ts'
import { changeRunNotes } from './run-notes.ts'

const hour = 60 * 60 * 1000
const idsOf = (runs: readonly { readonly id: string }[]) => runs.map(({ id }) => id)

async function scene(count = 3) {
  const root = new MemoryFolder()
  const locks = memoryLocks()
  for (let run = 1; run <= count; run++)
    await openCheckpoints(root, `run-${run}`).write(new Uint8Array(run * 10), { step: 1 })
  const deleteAt = (id: string, deletedAt: number) =>
    changeRunNotes(root, id, { change: { deletedAt }, locks })
  return { root, locks, deleteAt }
}

it('lists every run, the last saved first, with the bytes of its checkpoints', async () => {
  const { root } = await scene(12)
  await openCheckpoints(root, 'run-3').write(new Uint8Array(5), { step: 2 })
  const runs = await allRuns(root)
  expect(idsOf(runs).slice(0, 3)).toEqual(['run-3', 'run-12', 'run-11'])
  expect(runs).toHaveLength(12)
  expect(runs[0]).toMatchObject({
    bytes: 35,
    checkpoints: [
      { number: 2, step: 2 },
      { number: 1, step: 1 },
    ],
  })
})

it('lists a run from which a checkpoint goes meanwhile, without that one', async () => {
  const { root } = await scene(1)
  const checkpoints = openCheckpoints(root, 'run-1')
  for (let step = 2; step <= 4; step++) await checkpoints.write(new Uint8Array(5), { step })
  const folder = root.folders.get('runs')?.folders.get('run-1')
  if (folder === undefined) throw new Error('nothing was stored')
  const asBefore = folder.getFileHandle.bind(folder)
  folder.getFileHandle = (name, options) => {
    folder.files.delete('000002-step-2.run')
    return asBefore(name, options)
  }
  const [run] = await allRuns(root)
  expect(run?.checkpoints.map(({ step }) => step)).toEqual([4, 3, 1])
})

it('lists nothing, and makes nothing, where nothing was stored', async () => {
  const root = new MemoryFolder()
  expect(await allRuns(root)).toEqual([])
  expect(root.folders.size).toBe(0)
})

it('has no deleted run among the stored ones, so that none is offered again', async () => {
  const { root, deleteAt } = await scene()
  await deleteAt('run-3', 1)
  expect(idsOf(await storedRuns(root))).toEqual(['run-2', 'run-1'])
  expect(idsOf(await allRuns(root))).toEqual(['run-3', 'run-2', 'run-1'])
})

it('removes for good what was deleted more than a day ago, and nothing else', async () => {
  const { root, locks, deleteAt } = await scene()
  await deleteAt('run-1', 0)
  await deleteAt('run-2', 2 * hour)
  await removeOldDeleted(root, { now: 25 * hour, locks })
  expect(idsOf(await allRuns(root))).toEqual(['run-3', 'run-2'])
})

it('does not remove a run that is open somewhere', async () => {
  const { root, locks } = await scene()
  const release = await lockRun('run-2', { locks })
  await expect(removeRun(root, 'run-2', { locks, patienceMs: 1 })).rejects.toThrow(RunInUseError)
  expect(idsOf(await allRuns(root))).toContain('run-2')
  release()
  await removeRun(root, 'run-2', { locks })
  expect(idsOf(await allRuns(root))).toEqual(['run-3', 'run-1'])
})

it('lists a run whose notes cannot be read, and says so', async () => {
  const { root, deleteAt } = await scene(1)
  await deleteAt('run-1', 1)
  const notes = root.folders.get('run-notes')?.folders.get('run-1')
  notes?.files.set('000009.json', { bytes: new TextEncoder().encode('{'), modified: 1 })
  const [run] = await storedRuns(root)
  expect(run?.notesProblem).toMatch(/cannot be read/)
})
