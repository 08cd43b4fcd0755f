import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ModelFileError } from '../src/engine/engine.ts'
import { nodeFiles } from './node-files.ts'

const content = Uint8Array.from({ length: 100 }, (_, i) => i)
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'node-files-'))
  await writeFile(join(folder, 'data.bin'), content)
})
afterAll(() => rm(folder, { recursive: true }))

test('gives sizes, files and ranges', async () => {
  const files = nodeFiles(folder)
  expect(await files.size('data.bin')).toBe(100)
  expect(await files.exists('data.bin')).toBe(true)
  expect(await files.read('data.bin')).toEqual(content)
  expect(await files.readRange('data.bin', 90, 10)).toEqual(content.slice(90))
})

test('a missing file, a folder and a short file are named', async () => {
  const files = nodeFiles(folder)
  expect(await files.exists('none')).toBe(false)
  expect(await nodeFiles(tmpdir()).exists(folder.split('/').at(-1) ?? '')).toBe(false)
  await expect(files.read('none')).rejects.toThrow(`${join(folder, 'none')}: expected a file, found nothing.`)
  await expect(files.readRange('none', 0, 1)).rejects.toThrow(ModelFileError)
  await expect(files.readRange('data.bin', 95, 10)).rejects.toThrow(
    'expected 10 bytes from byte 95, found only 5',
  )
})
