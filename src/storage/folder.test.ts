import { describe, expect, it } from 'vitest'
import { append, StorageFullError, writeNew, type StoredThing } from './folder.ts'
import { keepReport } from './kept-reports.ts'
import { MemoryFolder } from './memory-folder.testing.ts'
import { memoryLocks } from './memory-locks.testing.ts'
import { changeRunNotes } from './run-notes.ts'

const things: readonly StoredThing[] = ['run', 'checkpoint', 'report', 'notes', 'proposals']
const bytes = new Uint8Array(1_540_000)

function fullFolder(): MemoryFolder {
  const folder = new MemoryFolder()
  folder.limit(100)
  return folder
}

describe('without room', () => {
  it.each(things)('it is said that a %s was not stored, how large it is, and nothing else', async (what) => {
    const folder = fullFolder()
    const writing = writeNew(folder, { name: 'a', bytes, what })
    await expect(writing).rejects.toThrow(StorageFullError)
    const { message } = new StorageFullError(what, bytes.length)
    await expect(writing).rejects.toThrow(message)
    expect(message).toContain('There is no room')
    expect(message).toContain('1.5 MB')
    expect(message.includes('goes on from its last checkpoint')).toBe(what === 'checkpoint')
    expect(message.includes('this run')).toBe(what === 'run' || what === 'notes')
    expect(message.includes('report')).toBe(what === 'report')
    expect(folder.files.size).toBe(0)
  })

  it('what was there before stays, when there is none to add to it', async () => {
    const folder = fullFolder()
    const old = new TextEncoder().encode('old')
    await append(folder, { name: 'a', bytes: old, what: 'proposals' })
    await expect(append(folder, { name: 'a', bytes, what: 'proposals' })).rejects.toThrow(StorageFullError)
    expect(folder.files.get('a')?.bytes).toEqual(old)
  })

  it('a report is said to be on the page only, and notes to be as they were', async () => {
    const about = { savedAt: 1, runId: null, title: 'Untrained', seeds: 1, steps: null }
    const keeping = keepReport(fullFolder(), { id: 'a', about, text: 'x'.repeat(2000) })
    await expect(keeping).rejects.toThrow(/keep this report \(3 kB\).* Export it/)
    const changing = changeRunNotes(fullFolder(), 'run-1', {
      change: { name: 'First' },
      locks: memoryLocks(),
    })
    await expect(changing).rejects.toThrow(/what you changed .* as it was before/)
  })
})
