import { expect, it } from 'vitest'
import { openCheckpoints } from './checkpoints.ts'
import { StorageFullError } from './folder.ts'
import { CrashError, MemoryFolder, type Crash } from './memory-folder.testing.ts'

/** A checkpoint in these tests is a text that ends with a full stop; anything else is damaged. */
const bytes = (text: string) => new TextEncoder().encode(text)
const read = (given: Uint8Array) => {
  const text = new TextDecoder().decode(given)
  if (!text.endsWith('.')) throw new RangeError(`${text} is damaged`)
  return text
}

const runFolder = (root: MemoryFolder) => root.folders.get('runs')?.folders.get('run-1')

async function withSteps(...texts: readonly string[]) {
  const root = new MemoryFolder()
  const checkpoints = openCheckpoints(root, 'run-1')
  for (const text of texts) await checkpoints.write(bytes(text))
  return { root, checkpoints }
}

it('gives the newest checkpoint back, also to another worker', async () => {
  const { root, checkpoints } = await withSteps('one.', 'two.')
  expect(await checkpoints.newest(read)).toBe('two.')
  expect(await openCheckpoints(root, 'run-1').newest(read)).toBe('two.')
})

it('has nothing before the first checkpoint, and makes nothing by looking', async () => {
  const root = new MemoryFolder()
  expect(await openCheckpoints(root, 'run-1').newest(read)).toBeNull()
  expect(root.folders.size).toBe(0)
})

it('keeps two checkpoints', async () => {
  const { root } = await withSteps('one.', 'two.', 'three.', 'four.')
  expect([...(runFolder(root)?.files.keys() ?? [])].sort()).toEqual(['000003.run', '000004.run'])
})

it.each<Crash>(['write', 'close', 'move'])(
  'has the step before after a crash before %s, and goes on from it',
  async (crash) => {
    const { root, checkpoints } = await withSteps('one.', 'two.')
    root.crashBefore(crash)
    await expect(checkpoints.write(bytes('three.'))).rejects.toThrow(CrashError)

    const again = openCheckpoints(root, 'run-1')
    expect(await again.newest(read)).toBe('two.')
    await again.write(bytes('three.'))
    await again.write(bytes('four.'))
    expect(await again.newest(read)).toBe('four.')
    expect([...(runFolder(root)?.files.keys() ?? [])].every((name) => name.endsWith('.run'))).toBe(true)
  },
)

it('falls back to the checkpoint before a damaged one', async () => {
  const { checkpoints } = await withSteps('one.', 'two.', 'thr')
  expect(await checkpoints.newest(read)).toBe('two.')
  await checkpoints.write(bytes('three.'))
  expect(await checkpoints.newest(read)).toBe('three.')
})

it('says what is wrong with the newest when none is whole', async () => {
  const { checkpoints } = await withSteps('o', 'tw')
  await expect(checkpoints.newest(read)).rejects.toThrow('tw is damaged')
})

it('says that the disk is full, and keeps what there is', async () => {
  const { root, checkpoints } = await withSteps('one.')
  root.failWith(new DOMException('no room', 'QuotaExceededError'))
  await expect(checkpoints.write(bytes('two.'))).rejects.toThrow(StorageFullError)
  expect(await checkpoints.newest(read)).toBe('one.')
})
