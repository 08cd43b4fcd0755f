import { expect, it } from 'vitest'
import { cachedFiles } from './cached-files.ts'

const content = Uint8Array.from({ length: 100 }, (_, i) => i)
const files = cachedFiles('https://lab.test/m/resolve/main/', (name) =>
  Promise.resolve(name === 'data.bin' ? new Response(content) : undefined),
)

it('gives sizes, files and ranges of what is stored', async () => {
  expect([await files.exists('data.bin'), await files.exists('none.bin')]).toEqual([true, false])
  expect([await files.size('data.bin'), await files.size('none.bin')]).toEqual([100, null])
  expect(await files.read('data.bin')).toEqual(content)
  expect(await files.readRange('data.bin', 10, 5)).toEqual(content.slice(10, 15))
})

it('names what is missing by the address that it should have come from', async () => {
  await expect(files.read('none.bin')).rejects.toThrow(
    'https://lab.test/m/resolve/main/none.bin: expected a file, found nothing',
  )
  await expect(files.readRange('data.bin', 90, 20)).rejects.toThrow(
    'expected 20 bytes from byte 90, found only 10',
  )
})
