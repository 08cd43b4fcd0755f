/** The hub by name, against a small server on this machine that answers as the hub does. */
import { readFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importDataset } from './dataset.ts'
import { DownloadError, remoteFile } from './download.ts'
import { HubNameError, hubSources, parseHubName } from './hub.ts'

const parquet = readFileSync(new URL('fixtures/mmlu.parquet', import.meta.url))
const line = '{"question": "How many legs has a cat?", "answer": "Four. #### 4"}\n'

let hub = ''
let requests: string[] = []
const server: Server = createServer((request, response) => {
  requests.push(request.url ?? '')
  answer(request.url ?? '', response)
})
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  hub = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
})
afterAll(() => server.close())

function answer(url: string, response: ServerResponse): void {
  const json = (value: unknown) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(value))
  const file = (name: string) => `${hub}/files/${name}`
  const status = /\/api\/datasets\/status\/(\d+)/.exec(url)?.[1]
  if (status !== undefined) {
    if (status === '429') response.setHeader('retry-after', '30')
    response.writeHead(Number(status)).end()
  } else if (url === '/api/datasets/own/one/parquet')
    json({ default: { train: [file('0.parquet')], test: [file('0.parquet')] } })
  else if (url === '/api/datasets/own/two/parquet')
    json({
      number_games: { test: [file('0.parquet')] },
      workshop: { test: [file('0.parquet')], validation: [] },
    })
  else if (url === '/api/datasets/own/odd/parquet') json({ default: 'soon' })
  else if (url === '/api/datasets/own/one/tree/v1.0?recursive=true')
    json([
      { type: 'directory', path: 'main' },
      { type: 'file', path: 'README.md' },
      { type: 'file', path: 'main/test-00000-of-00001.jsonl' },
      { type: 'file', path: 'main/train-00000-of-00001.jsonl' },
      { type: 'file', path: 'socratic/test-00000-of-00001.jsonl' },
    ])
  else if (url.startsWith('/datasets/own/one/resolve/v1.0/main/')) response.end(line)
  else if (url === '/files/0.parquet') response.end(parquet)
  else if (url === '/page') response.setHeader('content-type', 'text/html; charset=utf-8').end('<html>')
  else response.writeHead(404).end()
}

const sources = (name: string) => hubSources(parseHubName(name), { fetch, hub })
const failure = (name: string) =>
  sources(name).then(
    () => null,
    (error: unknown) => error,
  )

describe('names', () => {
  test('have a subset, a split and a revision if wanted', () => {
    expect(parseHubName('hub:own/one')).toEqual({
      repository: 'own/one',
      subset: null,
      split: null,
      revision: null,
    })
    expect(parseHubName('hub:own/one?subset=main&split=test&revision=refs%2Fpr%2F1')).toEqual({
      ...{ repository: 'own/one', subset: 'main', split: 'test', revision: 'refs/pr/1' },
    })
  })

  test.each([
    ['hub:', /names no data set/],
    ['hub:a/b/c', /names no data set/],
    ['hub:own/one?spilt=test', /"spilt" in .* is unknown\. Did you mean split\?/],
  ])('%s is refused', (name, message) => {
    expect(() => parseHubName(name)).toThrow(HubNameError)
    expect(() => parseHubName(name)).toThrow(message)
  })
})

describe('the newest state', () => {
  test('all splits of the only subset, read through its Parquet files', async () => {
    const found = await sources('hub:own/one')
    expect(found.map(({ file, title, split }) => [file.name, title, split])).toEqual([
      ['hub:own/one/default/train/0.parquet', 'one', 'train'],
      ['hub:own/one/default/test/0.parquet', 'one', 'test'],
    ])
    const { splits, published, shared } = await importDataset('hub:own/one', found)
    expect({ published, train: splits.train, test: splits.test.length }).toEqual({
      published: true,
      train: [],
      test: 3,
    })
    expect(shared).toHaveLength(3)
  })

  test('one subset, or all of them', async () => {
    expect((await sources('hub:own/two?subset=workshop&split=test')).map(({ title }) => title)).toEqual([
      'workshop',
    ])
    expect((await sources('hub:own/two?subset=all')).map(({ title }) => title)).toEqual([
      'number_games',
      'workshop',
    ])
  })

  test('nothing is fetched before it is read, and then once', async () => {
    const [first] = await sources('hub:own/one?split=test')
    requests = []
    await first?.file.bytes()
    await first?.file.bytes()
    expect(requests).toEqual(['/files/0.parquet'])
  })

  test.each([
    [
      'hub:own/two',
      'hub:own/two has 2 subsets: number_games, workshop. Choose one with ?subset=NAME, or ?subset=all.',
    ],
    ['hub:own/two?subset=shop', 'hub:own/two has no subset "shop". It has number_games, workshop.'],
    ['hub:own/one?split=dev', 'hub:own/one has no split "dev". It has train, test.'],
  ])('%s lists what there is', async (name, message) => {
    await expect(sources(name)).rejects.toThrow(message)
  })
})

describe('a revision', () => {
  test('is read through its list of files', async () => {
    const found = await sources('hub:own/one?subset=main&revision=v1.0')
    expect(found.map(({ file, split }) => [file.name, split])).toEqual([
      ['hub:own/one/main/test-00000-of-00001.jsonl', 'test'],
      ['hub:own/one/main/train-00000-of-00001.jsonl', 'train'],
    ])
    const { files } = await importDataset('own', found.slice(0, 1))
    expect(files[0]?.tasks).toMatchObject([{ answer: '4', family: 'gsm8k' }])
  })

  test('without a fitting file lists those that it has', async () => {
    await expect(sources('hub:own/one?subset=other&revision=v1.0')).rejects.toThrow(
      /no data file at v1\.0 for subset other and split any\. Its data files are main\/test-00000-of-00001\.jsonl, /,
    )
  })
})

describe('faults', () => {
  test.each([
    [
      401,
      'hub:status/401 is not open to everybody (401): it is private, wants an account, or is spelt otherwise.',
    ],
    [403, 'is not open to everybody (403)'],
    [
      404,
      'hub:status/404 does not exist (404). Check the spelling, the revision, and whether it was renamed.',
    ],
    [429, 'hub:status/429: the server takes no more requests for now (429). Try again in 30 seconds.'],
    [
      500,
      'hub:status/500: the server has a fault of its own (500). Try again later, or give a downloaded file.',
    ],
    [503, 'the server has a fault of its own (503)'],
    [418, 'hub:status/418 cannot be had: the server answers 418.'],
  ])('%i is one sentence that says what to do', async (status, message) => {
    const error = await failure(`hub:status/${status}`)
    expect(error).toBeInstanceOf(DownloadError)
    expect(error).toMatchObject({ status, message: expect.stringContaining(message) as string })
  })

  test('offline', async () => {
    const name = { repository: 'own/one', subset: null, split: null, revision: null }
    const offline = hubSources(name, { fetch: () => Promise.reject(new TypeError('fetch failed')) })
    await expect(offline).rejects.toThrow(
      /hub:own\/one cannot be reached \(fetch failed\)\. You may be offline.* Download the file by hand and give it instead/,
    )
  })

  test('a listing that is none', async () => {
    await expect(sources('hub:own/odd')).rejects.toThrow(/the hub’s list of files cannot be read/)
  })

  test('a page instead of a file, and a file that broke off', async () => {
    await expect(remoteFile(`${hub}/page`, 'x.csv', { fetch }).bytes()).rejects.toThrow(
      /x\.csv is a web page, not a data file/,
    )
    const torn = () =>
      Promise.resolve(new Response(new ReadableStream({ start: (it) => it.error(new Error('reset')) })))
    await expect(remoteFile('http://x/x.csv', 'x.csv', { fetch: torn }).bytes()).rejects.toThrow(
      /x\.csv broke off .*reset.* Try again/,
    )
  })

  test('a user who stops is not told that the network failed', async () => {
    const controller = new AbortController()
    controller.abort()
    const stopped = remoteFile(`${hub}/files/0.parquet`, 'x', { fetch, signal: controller.signal }).bytes()
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' })
  })
})
