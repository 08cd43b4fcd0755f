import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { textLines, type DataFile } from './data-file.ts'

function fileOf(chunks: readonly Uint8Array[]): DataFile {
  const all = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))
  return {
    name: 'file.jsonl',
    bytes: () => Promise.resolve(all),
    async *chunks() {
      yield* chunks
    },
  }
}

async function linesOf(file: DataFile) {
  const lines: (readonly [number, string | null])[] = []
  for await (const { number, text } of textLines(file)) lines.push([number, text])
  return lines
}

/** In pieces of any size, also in the middle of a character. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let start = 0
  for (const size of sizes) {
    chunks.push(bytes.slice(start, start + size))
    start += size
  }
  return [...chunks, bytes.slice(start)]
}

afterEach(() => vi.restoreAllMocks())

it('the lines of a text are the same, however it is cut', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\n', 'é', '🙂'), maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.integer({ min: 0, max: 7 })), async (given, sizes) => {
      const expected = given.split('\n')
      if (expected.at(-1) === '') expected.pop()
      const lines = await linesOf(fileOf(cut(new TextEncoder().encode(given), sizes)))
      expect(lines).toEqual(expected.map((line, i) => [i + 1, line]))
    }),
  )
})

it('a byte order mark is seen, however it is cut, and only at the beginning', async () => {
  const wide = new Uint8Array([0xff, 0xfe, 0x61, 0, 0x0a, 0, 0x62, 0])
  for (const sizes of [[], [1], [0, 1, 1], [3]])
    expect(await linesOf(fileOf(cut(wide, sizes)))).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
  const later = new Uint8Array([0x0a, 0xff, 0xfe])
  expect(await linesOf(fileOf(cut(later, [1])))).toEqual([
    [1, ''],
    [2, null],
  ])
})

it('twice as long a line is twice the work: bytes searched and copied', async () => {
  const workOf = async (count: number) => {
    const chunks = Array.from({ length: count }, () => new Uint8Array(64).fill(0x61))
    const file = fileOf(chunks)
    let work = 0
    const { indexOf, set } = Uint8Array.prototype
    vi.spyOn(Uint8Array.prototype, 'indexOf').mockImplementation(function (
      this: Uint8Array,
      value,
      from = 0,
    ) {
      work += this.length - from
      return indexOf.call(this, value, from)
    })
    vi.spyOn(Uint8Array.prototype, 'set').mockImplementation(function (this: Uint8Array, values, offset) {
      work += values.length
      set.call(this, values, offset)
    })
    const lines = await linesOf(file)
    vi.restoreAllMocks()
    expect(lines).toEqual([[1, 'a'.repeat(64 * count)]])
    return work
  }
  const work = await workOf(200)
  expect(work).toBeGreaterThanOrEqual(2 * 200 * 64)
  expect(await workOf(400)).toBeLessThanOrEqual(2 * work)
})
