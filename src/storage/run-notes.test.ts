import { describe, expect, it } from 'vitest'
import { StorageFullError } from './folder.ts'
import { CrashError, MemoryFolder, type Crash } from './memory-folder.testing.ts'
import { memoryLocks } from './memory-locks.testing.ts'
import { changeRunNotes, noNotes, readRunNotes, removeRunNotes, RunNotesError } from './run-notes.ts'

function scene() {
  const root = new MemoryFolder()
  const locks = memoryLocks()
  const change = (given: Parameters<typeof changeRunNotes>[2]['change']) =>
    changeRunNotes(root, 'run-1', { change: given, locks })
  const folder = () => root.folders.get('run-notes')?.folders.get('run-1')
  return { root, change, folder, read: () => readRunNotes(root, 'run-1') }
}

describe('the notes of a run', () => {
  it('are empty before anybody says anything, and reading makes nothing', async () => {
    const { root, read } = scene()
    expect(await read()).toEqual(noNotes)
    expect(root.folders.size).toBe(0)
  })

  it('keep what a change leaves out, in one file', async () => {
    const { change, read, folder } = scene()
    await change({ name: 'First', colour: 3 })
    await change({ text: 'It worked.' })
    expect(await read()).toEqual({ ...noNotes, name: 'First', colour: 3, text: 'It worked.' })
    expect(folder()?.files.size).toBe(1)
  })

  it('keep all of what many tabs change at once', async () => {
    const { change, read } = scene()
    await Promise.all([
      change({ name: 'First' }),
      change({ colour: 2 }),
      change({ text: 'Notes.' }),
      change({ deletedAt: 5 }),
    ])
    expect(await read()).toEqual({ ...noNotes, name: 'First', colour: 2, text: 'Notes.', deletedAt: 5 })
  })

  it.each<Crash>(['write', 'close', 'move'])(
    'are the old ones after a crash before %s, and can be changed',
    async (crash) => {
      const { root, change, read, folder } = scene()
      await change({ name: 'First' })
      root.crashBefore(crash)
      await expect(change({ name: 'Second' })).rejects.toThrow(CrashError)
      expect((await read()).name).toBe('First')
      await change({ name: 'Third' })
      expect((await read()).name).toBe('Third')
      expect(folder()?.files.size).toBe(1)
    },
  )

  it('say that the disk is full, and let the next change through', async () => {
    const { root, change, read } = scene()
    root.failWith(new DOMException('no room', 'QuotaExceededError'))
    await expect(change({ name: 'First' })).rejects.toThrow(StorageFullError)
    await change({ name: 'Second' })
    expect((await read()).name).toBe('Second')
  })

  it('go with their run', async () => {
    const { root, change, read } = scene()
    await change({ name: 'First' })
    await removeRunNotes(root, 'run-1')
    await removeRunNotes(root, 'run-1')
    expect(await read()).toEqual(noNotes)
  })
})

describe('notes that this version cannot read are refused, and left as they are', () => {
  const text = (given: unknown) => new TextEncoder().encode(JSON.stringify(given))
  it.each([
    ['of a newer version', text({ ...noNotes, version: 2, tags: [] }), 'version 2'],
    ['damaged', new TextEncoder().encode('{"version":'), 'damaged'],
    ['with a colour that is none', text({ ...noNotes, colour: 'red' }), 'colour'],
    ['with a name without end', text({ ...noNotes, name: 'x'.repeat(1000) }), 'name'],
  ])('%s', async (_what, bytes, message) => {
    const { change, read, folder } = scene()
    await change({ name: 'First' })
    folder()?.files.set('000009.json', { bytes, modified: 1 })
    await expect(read()).rejects.toThrow(RunNotesError)
    await expect(change({ name: 'Second' })).rejects.toThrow(message)
    expect(folder()?.files.get('000009.json')?.bytes).toEqual(bytes)
  })

  it('and no such notes are written', async () => {
    const { change, read } = scene()
    await expect(change({ name: 'x'.repeat(1000) })).rejects.toThrow(RunNotesError)
    expect(await read()).toEqual(noNotes)
  })
})
