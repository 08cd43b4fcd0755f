import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkpointsToKeep, openCheckpoints } from './checkpoints.ts'
import { StorageFullError } from './folder.ts'
import { CrashError, MemoryFolder, type Crash } from './memory-folder.testing.ts'

/** A checkpoint in these tests is a text that ends with a full stop; anything else is damaged. */
const bytes = (text: string) => new TextEncoder().encode(text)
const read = (given: Uint8Array) => {
  const text = new TextDecoder().decode(given)
  if (!text.endsWith('.')) throw new RangeError(`${text} is damaged`)
  return text
}

const namesIn = (root: MemoryFolder) => [...(runFolder(root)?.files.keys() ?? [])].sort()
const runFolder = (root: MemoryFolder) => root.folders.get('runs')?.folders.get('run-1')

async function withSteps(...texts: readonly string[]) {
  const root = new MemoryFolder()
  const checkpoints = openCheckpoints(root, 'run-1')
  for (const [i, text] of texts.entries()) await checkpoints.write(bytes(text), { step: i + 1 })
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

it.each<Crash>(['write', 'close', 'move'])(
  'has the step before after a crash before %s, and goes on from it',
  async (crash) => {
    const { root, checkpoints } = await withSteps('one.', 'two.')
    root.crashBefore(crash)
    await expect(checkpoints.write(bytes('three.'), { step: 3 })).rejects.toThrow(CrashError)

    const again = openCheckpoints(root, 'run-1')
    expect(await again.newest(read)).toBe('two.')
    await again.write(bytes('three.'), { step: 3 })
    await again.write(bytes('four.'), { step: 4 })
    expect(await again.newest(read)).toBe('four.')
    expect([...(runFolder(root)?.files.keys() ?? [])].every((name) => name.endsWith('.run'))).toBe(true)
  },
)

it('falls back to the checkpoint before a damaged one', async () => {
  const { checkpoints } = await withSteps('one.', 'two.', 'thr')
  expect(await checkpoints.newest(read)).toBe('two.')
  await checkpoints.write(bytes('three.'), { step: 3 })
  expect(await checkpoints.newest(read)).toBe('three.')
})

it('says what is wrong with the newest when none is whole', async () => {
  const { checkpoints } = await withSteps('o', 'tw')
  await expect(checkpoints.newest(read)).rejects.toThrow('tw is damaged')
})

it('says that the disk is full, and keeps what there is', async () => {
  const { root, checkpoints } = await withSteps('one.')
  root.failWith(new DOMException('no room', 'QuotaExceededError'))
  await expect(checkpoints.write(bytes('two.'), { step: 2 })).rejects.toThrow(StorageFullError)
  expect(await checkpoints.newest(read)).toBe('one.')
})

describe('of a run there stay', () => {
  /** Steps of what stays after each of these was written, newest first. */
  const kept = (steps: readonly number[]) => {
    let all: readonly { readonly step: number }[] = []
    for (const step of steps) all = checkpointsToKeep([{ step }, ...all])
    return all.map(({ step }) => step)
  }
  const upTo = (last: number, first = 0) => Array.from({ length: last - first + 1 }, (_, i) => first + i)

  it.each([
    [0, [0]],
    [1, [1, 0]],
    [7, [7, 6, 5, 4, 3, 2, 1, 0]],
    [8, [8, 7, 6, 4, 2, 0]],
    [17, [17, 16, 12, 8, 4, 0]],
    [300, [300, 299, 256, 192, 128, 64, 0]],
  ])('after step %i the last two and the milestones', (last, expected) => {
    expect(kept(upTo(last))).toEqual(expected)
  })

  it('never more than eight milestones beside the last two, never fewer than four after eight steps, evenly spread', () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 3000 }), (last) => {
        const milestones = kept(upTo(last)).slice(2)
        expect(milestones.length).toBeLessThanOrEqual(8)
        expect(milestones.length).toBeGreaterThanOrEqual(3)
        const gaps = milestones.slice(1).map((step, i) => (milestones[i] ?? 0) - step)
        expect(new Set(gaps).size).toBeLessThanOrEqual(1)
      }),
      { numRuns: 30 },
    )
  })

  it('the last two and no two of one milestone, wherever it begins and however often a step is saved', () => {
    const run = fc.record({
      first: fc.integer({ min: 0, max: 100 }),
      times: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 80 }),
    })
    fc.assert(
      fc.property(run, ({ first, times }) => {
        const steps = times.flatMap((count, i) => Array.from({ length: count }, () => first + i))
        const all = kept(steps)
        expect(all.slice(0, 2)).toEqual(steps.slice(-2).reverse())
        const older = all.slice(2)
        expect(new Set(older).size).toBe(older.length)
        expect(checkpointsToKeep(all.map((step) => ({ step })))).toHaveLength(all.length)
      }),
    )
  })

  it('of checkpoints whose names tell no step the last two alone', () => {
    const old = [{ step: null }, { step: null }, { step: null }]
    expect(checkpointsToKeep(old)).toHaveLength(2)
    expect(checkpointsToKeep([{ step: 9 }, ...old])).toHaveLength(2)
  })
})

it('gives any kept checkpoint by its number, and null for one that is gone', async () => {
  const { checkpoints } = await withSteps(...Array.from({ length: 9 }, (_, i) => `${i + 1}.`))
  expect(read((await checkpoints.numbered(2)) ?? new Uint8Array())).toBe('2.')
  expect(await checkpoints.numbered(3)).toBeNull()
  expect(await openCheckpoints(new MemoryFolder(), 'run-1').numbered(1)).toBeNull()
})

it('goes on with a run whose names tell no step, as names once did not', async () => {
  const root = new MemoryFolder()
  const folder = await (
    await root.getDirectoryHandle('runs', { create: true })
  ).getDirectoryHandle('run-1', {
    create: true,
  })
  for (const [name, text] of [
    ['000006.run', 'six.'],
    ['000007.run', 'seven.'],
  ] as const)
    folder.files.set(name, { bytes: bytes(text), modified: 1 })
  const checkpoints = openCheckpoints(root, 'run-1')
  expect(await checkpoints.newest(read)).toBe('seven.')
  await checkpoints.write(bytes('eight.'), { step: 8 })
  expect(namesIn(root)).toEqual(['000007.run', '000008-step-8.run'])
  expect(read((await checkpoints.numbered(7)) ?? new Uint8Array())).toBe('seven.')
})

describe('without room', () => {
  const ten = (step: number) => bytes(`step ${String(step).padStart(4)}.`)
  const stepsIn = (root: MemoryFolder) => namesIn(root).map((name) => Number(/step-(\d+)/.exec(name)?.[1]))

  async function full({ steps, spare = 0 }: { readonly steps: number; readonly spare?: number }) {
    const root = new MemoryFolder()
    const checkpoints = openCheckpoints(root, 'run-1')
    for (let step = 0; step < steps; step++) await checkpoints.write(ten(step), { step })
    root.limit(root.size() + spare)
    return { root, checkpoints }
  }

  it('the oldest milestones go, as many as it takes, before a checkpoint fails', async () => {
    const { root, checkpoints } = await full({ steps: 5 })
    await checkpoints.write(ten(5), { step: 5 })
    expect(stepsIn(root)).toEqual([1, 2, 3, 4, 5])
    await checkpoints.write(bytes(`${'longer '.repeat(4)}.`), { step: 6 })
    expect(stepsIn(root)).toEqual([4, 5, 6])
    expect(await checkpoints.newest(read)).toContain('longer')
  })

  it('the last two stay, whole, when no milestone is left to go, and nothing half stays beside them', async () => {
    const { root, checkpoints } = await full({ steps: 2 })
    const names = namesIn(root)
    await expect(checkpoints.write(ten(2), { step: 2 })).rejects.toThrow(StorageFullError)
    expect(namesIn(root)).toEqual(names)
    expect(await checkpoints.newest(read)).toBe('step    1.')
  })

  it('milestones that would not make enough of it are not tried twice', async () => {
    const { root, checkpoints } = await full({ steps: 4 })
    const large = bytes(`${'x'.repeat(90)}.`)
    await expect(checkpoints.write(large, { step: 4 })).rejects.toThrow(/next checkpoint .* last checkpoint/)
    expect(stepsIn(root)).toEqual([2, 3])
    await checkpoints.write(ten(4), { step: 4 })
    expect(stepsIn(root)).toEqual([2, 3, 4])
  })

  it('a run that has no checkpoint yet is said to be stored not at all', async () => {
    const root = new MemoryFolder()
    root.limit(3)
    await expect(openCheckpoints(root, 'run-1').write(ten(0), { step: 0 })).rejects.toThrow(
      'nothing of it was stored',
    )
  })
})
