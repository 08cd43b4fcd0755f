/** Downloads over a net that fails in every way that we know of, into a browser with too little room. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { configCache, filesPath, MLC_CONFIG, MLC_MANIFEST, modelCache } from '../common/mlc-layout.ts'
import { MemoryBrowser } from './memory-browser.testing.ts'
import { modelCacheOf } from './model-cache.ts'
import { downloadModel, NoRoomError } from './model-download.ts'
import { DownloadedFileError } from './model-files.ts'
import { DownloadInterruptedError } from './shard-download.ts'

const folder = 'https://lab.test/tiny/'
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex')
const numbers = (length: number, first: number) => Uint8Array.from({ length }, (_, i) => first + i)
const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

const shards = { 'shard_0.bin': numbers(40, 0), 'shard_1.bin': numbers(100, 50) }
const tokenizer = text('a tokenizer')

interface ModelOptions {
  readonly config?: unknown
  readonly manifest?: unknown
  readonly hash?: ((bytes: Uint8Array) => string) | null
}

function manifestOf({ hash = md5 }: ModelOptions = {}) {
  const records = Object.entries(shards).map(([dataPath, bytes]) => ({
    dataPath,
    nbytes: bytes.length,
    ...(hash !== null && { md5sum: hash(bytes) }),
  }))
  return { metadata: {}, records }
}

/** A server with a model of two shards, and a browser that has nothing. */
function scene(options: ModelOptions = {}, at = folder) {
  const browser = new MemoryBrowser()
  const { server } = browser
  const serve = (name: string, bytes: Uint8Array<ArrayBuffer>) =>
    void server.files.set(`${at}${filesPath}${name}`, bytes)
  serve(MLC_CONFIG, text(options.config ?? { tokenizer_files: ['tokenizer.json'] }))
  serve(MLC_MANIFEST, text(options.manifest ?? manifestOf(options)))
  serve('tokenizer.json', tokenizer)
  for (const [name, bytes] of Object.entries(shards)) serve(name, bytes)
  const progress: (readonly [done: number, total: number])[] = []
  const download = (signal?: AbortSignal) => {
    server.requests.length = 0
    progress.length = 0
    const onProgress = (done: number, total: number) => void progress.push([done, total])
    return downloadModel(at, { md5, onProgress, ...(signal && { signal }) }, browser)
  }
  const stored = async (name: string) => {
    const answer = await modelCacheOf(at, browser.caches).match(name)
    return answer && new Uint8Array(await answer.arrayBuffer())
  }
  /** What has arrived of shards that are not whole, by name. */
  const parts = () => {
    const own = browser.root.folders.get('model-parts')?.folders.get(encodeURIComponent(at))
    return Object.fromEntries([...(own?.files ?? [])].map(([name, { bytes }]) => [name, bytes.length]))
  }
  return { server, browser, serve, download, progress, stored, parts }
}

/** With 30 of the second shard's 100 bytes. */
async function interrupted(options: ModelOptions = {}) {
  const all = scene(options)
  all.server.breakAt('shard_1.bin', 30)
  await expect(all.download()).rejects.toThrow(DownloadInterruptedError)
  return all
}

async function expectWhole({ stored, parts }: ReturnType<typeof scene>) {
  for (const [name, bytes] of Object.entries(shards)) expect(await stored(name)).toEqual(bytes)
  expect(await stored('tokenizer.json')).toEqual(tokenizer)
  expect(await stored(MLC_MANIFEST)).toBeDefined()
  expect(parts()).toEqual({})
}

describe('a download', () => {
  it('puts each file where WebLLM looks for it, the manifest last', async () => {
    const all = scene()
    await all.download()
    await expectWhole(all)
    const urls = async (cache: string) =>
      (await (await all.browser.caches.open(cache)).keys()).map(({ url }) => url.replace(folder, ''))
    expect(await urls(configCache)).toEqual([`resolve/main/${MLC_CONFIG}`])
    const names = ['tokenizer.json', 'shard_0.bin', 'shard_1.bin', MLC_MANIFEST]
    expect(await urls(modelCache)).toEqual(names.map((name) => `resolve/main/${name}`))
  })

  it('counts up to the bytes of the whole model', async () => {
    const { download, progress } = scene()
    await download()
    const totals = new Set(progress.map(([, total]) => total))
    const [total = 0] = totals
    expect(totals.size).toBe(1)
    expect(total).toBeGreaterThan(140)
    const done = progress.map(([bytes]) => bytes)
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    expect([done[0], done.at(-1)]).toEqual([total - 140, total])
  })

  it('asks nobody when the model is whole', async () => {
    const { server, download } = scene()
    await download()
    server.status = 0
    await download()
    expect(server.requests).toEqual([])
  })

  it('fetches a file that somebody has deleted, and nothing else of the weights', async () => {
    const all = scene()
    await all.download()
    await modelCacheOf(folder, all.browser.caches).delete('shard_0.bin')
    all.server.breakAt('shard_0.bin', 0)
    await expect(all.download()).rejects.toThrow(DownloadInterruptedError)
    expect(await all.stored(MLC_MANIFEST)).toBeUndefined()
    await all.download()
    await expectWhole(all)
    expect(all.server.requests.filter((name) => name.startsWith('shard'))).toEqual(['shard_0.bin'])
  })

  it('asks for a model card on the hub only, where a model without one is fine too', async () => {
    const elsewhere = scene()
    await elsewhere.download()
    expect(elsewhere.server.requests).not.toContain('README.md')
    const hub = scene({}, 'https://huggingface.co/someone/tiny/')
    await hub.download()
    expect(hub.server.requests).toContain('README.md')
    expect(await hub.stored(MLC_MANIFEST)).toBeDefined()
  })

  it('is made once when two workers want the same model', async () => {
    const all = scene()
    const first = all.download()
    await Promise.all([first, all.download()])
    await expectWhole(all)
    expect(all.server.requests.filter((name) => name === 'shard_0.bin')).toEqual(['shard_0.bin'])
  })
})

describe('an interrupted download', () => {
  it('says that it goes on from where it stopped, and does', async () => {
    const all = await interrupted()
    expect(all.parts()).toEqual({ 'shard_1.bin': 30 })
    expect(await all.stored('shard_0.bin')).toEqual(shards['shard_0.bin'])
    expect(await all.stored(MLC_MANIFEST)).toBeUndefined()

    await all.download()
    expect(all.server.requests).toEqual([MLC_CONFIG, MLC_MANIFEST, 'tokenizer.json', 'shard_1.bin from 30'])
    const [[first, total] = []] = all.progress
    expect(Number(total) - Number(first)).toBe(100)
    await expectWhole(all)
  })

  it('names the file, the reason and the way on', async () => {
    const all = scene()
    all.server.breakAt('shard_1.bin', 30)
    await expect(all.download()).rejects.toThrow(
      `${folder}resolve/main/shard_1.bin: network error. Check the connection, then try again: what has arrived is kept`,
    )
  })

  it.each([0, 503, 429])('is one that can be tried again where the server answers %d', async (status) => {
    const all = scene()
    all.server.status = status
    await expect(all.download()).rejects.toThrow(DownloadInterruptedError)
    all.server.status = 200
    await all.download()
    await expectWhole(all)
  })

  it('keeps its bytes when it is cancelled, and ends as whoever cancelled says', async () => {
    const all = scene()
    const controller = new AbortController()
    all.server.breakAt('shard_1.bin', 70, () => {
      controller.abort(new DOMException('cancelled', 'AbortError'))
      return new TypeError('the request was aborted')
    })
    await expect(all.download(controller.signal)).rejects.toThrow('cancelled')
    expect(all.parts()).toEqual({ 'shard_1.bin': 70 })
    await all.download()
    expect(all.server.requests.at(-1)).toBe('shard_1.bin from 70')
    await expectWhole(all)
  })

  it('starts the shard over where the server knows no ranges', async () => {
    const all = await interrupted()
    all.server.knowsRanges = false
    await all.download()
    expect(all.server.requests.slice(3)).toEqual(['shard_1.bin from 30'])
    await expectWhole(all)
  })

  it('drops what it had when it starts over, so that it mixes nothing when that breaks too', async () => {
    const all = await interrupted()
    all.server.knowsRanges = false
    all.server.breakAt('shard_1.bin', 10)
    await expect(all.download()).rejects.toThrow(DownloadInterruptedError)
    expect(all.parts()).toEqual({ 'shard_1.bin': 10 })
  })

  it('goes on where the server does not show which range it sends', async () => {
    const all = await interrupted()
    all.server.rangeOf = () => null
    await all.download()
    expect(all.server.requests.slice(3)).toEqual(['shard_1.bin from 30'])
    await expectWhole(all)
  })

  it('starts the shard over when another range comes than the one it asked for', async () => {
    const all = await interrupted()
    all.server.rangeOf = (start, size) => `bytes ${start - 1}-${size - 1}/${size}`
    await all.download()
    expect(all.server.requests.slice(3)).toEqual(['shard_1.bin from 30', 'shard_1.bin'])
    await expectWhole(all)
  })

  it('needs no request for a part that has all its bytes', async () => {
    const all = await interrupted()
    const own = all.browser.root.folders.get('model-parts')?.folders.get(encodeURIComponent(folder))
    own?.files.set('shard_1.bin', { bytes: shards['shard_1.bin'], modified: 1 })
    await all.download()
    expect(all.server.requests).not.toContainEqual(expect.stringContaining('shard_1'))
    await expectWhole(all)
  })

  it.each([
    ['has other bytes', numbers(30, 9), 'shard_1.bin from 30'],
    ['is longer than the shard', numbers(130, 9), null],
    ['is as long as the shard, and wrong', numbers(100, 9), null],
  ])('is fetched once more from the beginning when its part %s', async (_what, bytes, firstRequest) => {
    const all = await interrupted()
    const own = all.browser.root.folders.get('model-parts')?.folders.get(encodeURIComponent(folder))
    own?.files.set('shard_1.bin', { bytes, modified: 1 })
    await all.download()
    const requests = firstRequest === null ? ['shard_1.bin'] : [firstRequest, 'shard_1.bin']
    expect(all.server.requests.slice(3)).toEqual(requests)
    await expectWhole(all)
  })

  it('takes no shard of another version for one of this one', async () => {
    const all = await interrupted()
    const changed = numbers(40, 7)
    all.serve('shard_0.bin', changed)
    const [, second] = manifestOf().records
    const first = { dataPath: 'shard_0.bin', nbytes: 40, md5sum: md5(changed) }
    all.serve(MLC_MANIFEST, text({ records: [first, second] }))
    await all.download()
    expect(all.server.requests.slice(3)).toEqual(['shard_0.bin', 'shard_1.bin from 30'])
    expect(await all.stored('shard_0.bin')).toEqual(changed)
  })
})

describe('a file that is not what the manifest says', () => {
  it('fails by its hash, with both hashes', async () => {
    const all = scene()
    const broken = numbers(100, 51)
    all.serve('shard_1.bin', broken)
    const failing = all.download()
    await expect(failing).rejects.toThrow(DownloadedFileError)
    await expect(failing).rejects.toThrow(
      `shard_1.bin: expected MD5 ${md5(shards['shard_1.bin'])} (by the manifest), found ${md5(broken)}`,
    )
    expect(all.parts()).toEqual({})
  })

  it.each([
    ['too short', 90, 'expected 100 bytes (by the manifest), found 90 bytes'],
    ['too long', 200, 'expected 100 bytes (by the manifest), found more'],
  ])('fails by its size when it is %s, also without a hash', async (_what, length, message) => {
    const all = scene({ hash: null })
    all.serve('shard_1.bin', numbers(length, 50))
    await expect(all.download()).rejects.toThrow(message)
    expect(await all.stored(MLC_MANIFEST)).toBeUndefined()
    expect(all.parts()).toEqual({})
    all.serve('shard_1.bin', shards['shard_1.bin'])
    await all.download()
    await expectWhole(all)
  })

  it('is not read to its end when it has none', async () => {
    const all = scene()
    all.serve('shard_1.bin', numbers(200, 50))
    all.server.breakAt('shard_1.bin', 150)
    await expect(all.download()).rejects.toThrow('found more')
  })

  it('is named when it is missing', async () => {
    const all = scene()
    all.server.files.delete(`${folder}${filesPath}${MLC_CONFIG}`)
    await expect(all.download()).rejects.toThrow(
      'mlc-chat-config.json: expected a file, found HTTP status 404. Check the name of the model.',
    )
  })

  const hostile = [
    '../../secret',
    '/etc/passwd',
    'https://evil.test/x',
    'a/b',
    '.',
    '..',
    '',
    'a?b',
    'a%2Fb',
    'a\\b',
  ]
  it.each(hostile)('is refused with the name %j, in the manifest and among the tokenizer’s', async (name) => {
    const record = { dataPath: name, nbytes: 1 }
    const inManifest = scene({ manifest: { records: [record] } })
    await expect(inManifest.download()).rejects.toThrow('records.0.dataPath: a plain file name')
    const inConfig = scene({ config: { tokenizer_files: [name] } })
    await expect(inConfig.download()).rejects.toThrow('tokenizer_files.0: a plain file name')
    for (const { server } of [inManifest, inConfig])
      expect(server.requests).toEqual([MLC_CONFIG, MLC_MANIFEST])
  })

  it.each([
    ['a shard in the manifest’s place', { records: [{ dataPath: MLC_MANIFEST, nbytes: 1 }] }],
    ['a shard in the tokenizer’s place', { records: [{ dataPath: 'tokenizer.json', nbytes: 1 }] }],
    ['a size below zero', { records: [{ dataPath: 'a.bin', nbytes: -1 }] }],
    ['a hash that is none', { records: [{ dataPath: 'a.bin', nbytes: 1, md5sum: 'x\r\ny: z' }] }],
    ['no records', {}],
  ])('is refused: %s', async (_what, manifest) => {
    const { server, download } = scene({ manifest })
    await expect(download()).rejects.toThrow(DownloadedFileError)
    expect(server.requests).toEqual([MLC_CONFIG, MLC_MANIFEST])
  })

  it('is refused when it is no JSON', async () => {
    const all = scene()
    all.serve(MLC_MANIFEST, new TextEncoder().encode('<html>'))
    await expect(all.download()).rejects.toThrow('tensor-cache.json: expected JSON, found "<html>"')
  })
})

describe('a browser with too little room', () => {
  it('is told before anything is stored: what is missing and the largest shard once more', async () => {
    const all = scene()
    all.browser.room = { quota: 1000, usage: 761 }
    const failing = all.download()
    await expect(failing).rejects.toMatchObject({ name: 'NoRoomError', neededBytes: 240, freeBytes: 239 })
    await expect(failing).rejects.toThrow('Delete stored models or free disk space')
    expect(all.server.requests).toEqual([MLC_CONFIG, MLC_MANIFEST])
    all.browser.room = { quota: 1000, usage: 760 }
    await all.download()
    await expectWhole(all)
  })

  it('needs no room for what has arrived', async () => {
    const all = await interrupted()
    all.browser.room = { quota: 1000, usage: 1000 - 70 - 100 }
    await all.download()
    await expectWhole(all)
  })

  it.each(['while bytes arrive', 'while a shard is moved'])('says so when it ends %s', async (when) => {
    const all = scene()
    const full = new DOMException('no room', 'QuotaExceededError')
    if (when === 'while bytes arrive') all.browser.root.failWith(full, { in: 'shard_0.bin' })
    else all.browser.failPutWith(full)
    await expect(all.download()).rejects.toThrow(NoRoomError)
    await all.download()
    await expectWhole(all)
  })
})
