import { expect, it } from 'vitest'
import { libraryCache, MLC_CONFIG, MLC_MANIFEST } from '../common/mlc-layout.ts'
import { lockModel } from './locks.ts'
import { MemoryBrowser } from './memory-browser.testing.ts'
import { modelCacheOf } from './model-cache.ts'
import { partsOf } from './model-parts.ts'
import { ModelBusyError, removeStoredModel, storedModels } from './stored-models.ts'

const whole = 'https://lab.test/whole/'
const half = 'https://lab.test/half/'
const begun = 'https://lab.test/begun/'
const library = 'https://lab.test/library.wasm'

/** A whole model, one with one of its shards and a part of the next, and one with a part only. */
async function scene() {
  const browser = new MemoryBrowser()
  const put = (folder: string, name: string, bytes: number) =>
    modelCacheOf(folder, browser.caches).put(name, new Uint8Array(bytes))
  await put(whole, MLC_CONFIG, 1)
  await put(whole, 'shard_0.bin', 20)
  await put(whole, MLC_MANIFEST, 300)
  await put(half, MLC_CONFIG, 1)
  await put(half, 'shard_0.bin', 20)
  for (const [folder, size] of [
    [half, 4],
    [begun, 5],
  ] as const) {
    const parts = await partsOf(browser.root, folder)
    const part = await (await parts.getFileHandle('shard_1.bin', { create: true })).createSyncAccessHandle?.()
    part?.write(new Uint8Array(size), { at: 0 })
  }
  await (await browser.caches.open(libraryCache)).put(library, new Response('wasm'))
  return browser
}

const addressesIn = async (browser: MemoryBrowser, cache: string) =>
  (await (await browser.caches.open(cache)).keys()).map(({ url }) => url)

it('lists whole and half-done models with their bytes', async () => {
  expect(await storedModels(await scene())).toEqual([
    { folder: begun, bytes: 5, isWhole: false },
    { folder: half, bytes: 25, isWhole: false },
    { folder: whole, bytes: 321, isWhole: true },
  ])
})

it('lists nothing in a new browser, and makes nothing by looking', async () => {
  const browser = new MemoryBrowser()
  expect(await storedModels(browser)).toEqual([])
  expect(browser.root.folders.size).toBe(0)
})

it.each([whole, half, begun])('deletes all of %s and nothing of the others', async (folder) => {
  const browser = await scene()
  const before = await storedModels(browser)
  await removeStoredModel({ folder, library: null }, browser)
  expect(await storedModels(browser)).toEqual(before.filter((model) => model.folder !== folder))
  expect(await addressesIn(browser, libraryCache)).toEqual([library])
})

it('deletes a model library that nobody else needs', async () => {
  const browser = await scene()
  await removeStoredModel({ folder: whole, library }, browser)
  expect(await addressesIn(browser, libraryCache)).toEqual([])
})

it('takes a model whose address begins like another one’s for another', async () => {
  const browser = await scene()
  const below = `${whole}below/`
  await modelCacheOf(below, browser.caches).put(MLC_CONFIG, new Uint8Array(7))
  await removeStoredModel({ folder: whole, library: null }, browser)
  expect((await storedModels(browser)).map(({ folder }) => folder)).toEqual([begun, half, below])
})

it('leaves a model alone that another tab is fetching', async () => {
  const browser = await scene()
  const release = await lockModel(half, { signal: new AbortController().signal, locks: browser.locks })
  const removing = removeStoredModel({ folder: half, library: null }, browser, { patienceMs: 5 })
  await expect(removing).rejects.toThrow(ModelBusyError)
  expect(await storedModels(browser)).toHaveLength(3)
  release()
  await removeStoredModel({ folder: half, library: null }, browser)
  expect(await storedModels(browser)).toHaveLength(2)
})
