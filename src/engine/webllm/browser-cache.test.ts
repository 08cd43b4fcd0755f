import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { configCache, MLC_CONFIG, MLC_MANIFEST, modelCache } from '../../common/mlc-layout.ts'
import { MemoryBrowser } from '../../storage/memory-browser.testing.ts'
import { memoryFolder } from '../weights/small-model.fixture.ts'
import { fillWebLlmCache } from './browser-cache.ts'

const folder = 'https://lab.test/tiny/resolve/main/'
const model = {
  [MLC_CONFIG]: { tokenizer_files: ['tokenizer.json'], context_window_size: 128 },
  [MLC_MANIFEST]: { records: [{ dataPath: 'shard_0.bin', nbytes: 3 }] },
  'tokenizer.json': { model: 'a tokenizer' },
  'shard_0.bin': Uint8Array.of(1, 2, 3),
}
const fill = (changes: object = {}) => fillWebLlmCache(memoryFolder('tiny', { ...model, ...changes }), folder)

let browser = new MemoryBrowser()
beforeEach(() => {
  browser = new MemoryBrowser()
  vi.stubGlobal('caches', browser.caches)
})
afterEach(() => vi.unstubAllGlobals())

const namesIn = async (cache: string) =>
  (await (await browser.caches.open(cache)).keys()).map(({ url }) => url.replace(folder, ''))

it('puts each file where WebLLM looks for it, the manifest last, with its length', async () => {
  await fill()
  expect(await namesIn(configCache)).toEqual([MLC_CONFIG])
  expect(await namesIn(modelCache)).toEqual(['tokenizer.json', 'shard_0.bin', MLC_MANIFEST])
  const shard = await (await browser.caches.open(modelCache)).match(`${folder}shard_0.bin`)
  expect(shard?.headers.get('content-length')).toBe('3')
})

it('copies nothing that is there already', async () => {
  await fill()
  browser.failPutWith(new Error('copied again'))
  await fill()
  await expect(fill({ 'tokenizer.json': { model: 'another tokenizer' } })).rejects.toThrow('copied again')
})

it('copies the config anew when it has changed, and leaves the weights', async () => {
  await fill()
  const changed = { ...model[MLC_CONFIG], context_window_size: 64 }
  await fill({ [MLC_CONFIG]: changed })
  const stored = await (await browser.caches.open(configCache)).match(folder + MLC_CONFIG)
  expect(await stored?.json()).toEqual(changed)
})

it('copies the weights anew when the manifest has changed', async () => {
  await fill()
  const records = [{ dataPath: 'shard_0.bin', nbytes: 2 }]
  await fill({ [MLC_MANIFEST]: { records }, 'shard_0.bin': Uint8Array.of(7, 8) })
  const stored = await (await browser.caches.open(modelCache)).match(`${folder}shard_0.bin`)
  expect(new Uint8Array((await stored?.arrayBuffer()) ?? [])).toEqual(Uint8Array.of(7, 8))
})
