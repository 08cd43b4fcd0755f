/** What is kept of a build, and what is answered from it, over an in-memory cache and a network that can be cut. */
import { describe, expect, test } from 'vitest'
import { answer, FileNotKeptError, install, isOurs, removeOlder, type Site } from './keep.ts'

const scope = 'https://lab.example/app/'
const at = (path: string) => scope + path

/** As much of CacheStorage as is used. */
function memoryCaches(): CacheStorage {
  const caches = new Map<string, Map<string, Response>>()
  const open = (name: string) => {
    const held = caches.get(name) ?? new Map<string, Response>()
    caches.set(name, held)
    return Promise.resolve({
      match: (key: string) => Promise.resolve(held.get(key)?.clone()),
      put: (key: string, response: Response) => Promise.resolve(void held.set(key, response)),
    })
  }
  const storage = {
    open,
    keys: () => Promise.resolve([...caches.keys()]),
    delete: (name: string) => Promise.resolve(caches.delete(name)),
  }
  return storage as unknown as CacheStorage
}

function setup(files: Readonly<Record<string, string>>) {
  const state = { online: true, fetched: [] as string[] }
  const site: Site = {
    caches: memoryCaches(),
    scope,
    fetch(request) {
      const url = typeof request === 'string' ? request : request.url
      state.fetched.push(url)
      if (!state.online) return Promise.reject(new TypeError('Failed to fetch'))
      const text = files[url.slice(scope.length)]
      const response = text === undefined ? new Response('', { status: 404 }) : new Response(text)
      Object.defineProperty(response, 'type', { value: 'basic' })
      return Promise.resolve(response)
    },
  }
  return { site, state }
}

const files = { 'index.html': '<page>', 'assets/a.js': 'a', 'libs/x.wasm': 'x' }
const kept = { version: 'v1', files: ['index.html', 'assets/a.js'] }
const navigation = (path: string) => {
  const request = new Request(at(path))
  Object.defineProperty(request, 'mode', { value: 'navigate' })
  return request
}

describe('without a network', () => {
  test('a kept file and the page, whatever place of it, are there', async () => {
    const { site, state } = setup(files)
    await install(site, kept)
    state.online = false
    expect(await (await answer(site, 'v1', new Request(at('assets/a.js')))).text()).toBe('a')
    expect(await (await answer(site, 'v1', navigation('?preset=route'))).text()).toBe('<page>')
  })

  test('what was not used before is missing, as it would be without a service worker', async () => {
    const { site, state } = setup(files)
    await install(site, kept)
    state.online = false
    await expect(answer(site, 'v1', new Request(at('libs/x.wasm')))).rejects.toThrow('Failed to fetch')
  })

  test('what was used once is there', async () => {
    const { site, state } = setup(files)
    await install(site, kept)
    await answer(site, 'v1', new Request(at('libs/x.wasm')))
    state.online = false
    expect(await (await answer(site, 'v1', new Request(at('libs/x.wasm')))).text()).toBe('x')
  })
})

describe('with a network', () => {
  test('kept files are not asked for again, the page is', async () => {
    const { site, state } = setup(files)
    await install(site, kept)
    state.fetched.length = 0
    await answer(site, 'v1', new Request(at('assets/a.js')))
    await answer(site, 'v1', navigation(''))
    expect(state.fetched).toEqual([at('')])
  })

  test('a failure of the server is passed on and not kept', async () => {
    const { site, state } = setup(files)
    await install(site, kept)
    expect((await answer(site, 'v1', new Request(at('gone.js')))).status).toBe(404)
    state.online = false
    await expect(answer(site, 'v1', new Request(at('gone.js')))).rejects.toThrow()
  })

  test('answers have the headers that the host left out', async () => {
    const { site } = setup(files)
    await install(site, kept)
    for (const request of [new Request(at('assets/a.js')), navigation('index.html')]) {
      const { headers } = await answer(site, 'v1', request)
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    }
  })
})

test('a build with a missing file is not installed, and says which', async () => {
  const { site } = setup(files)
  const broken = install(site, { version: 'v2', files: ['index.html', 'assets/b.js'] })
  await expect(broken).rejects.toThrow(FileNotKeptError)
  await expect(broken).rejects.toThrow(at('assets/b.js'))
})

test('older builds go, and nothing else that the site has stored', async () => {
  const { site } = setup(files)
  await install(site, kept)
  await site.caches.open('models')
  await install(site, { ...kept, version: 'v2' })
  await removeOlder(site, 'v2')
  expect(await site.caches.keys()).toEqual(['models', 'leader-lab-page-/app/@v2'])
})

test('of two apps below one host each keeps its own build', async () => {
  const { site } = setup(files)
  const below = { ...site, scope: at('class/'), fetch: () => Promise.resolve(new Response('c')) }
  await install(site, kept)
  await install(below, { ...kept, version: 'v2' })
  await removeOlder(site, 'v1')
  await removeOlder(below, 'v2')
  expect(await site.caches.keys()).toEqual(['leader-lab-page-/app/@v1', 'leader-lab-page-/app/class/@v2'])
})

test('a part of a kept file is that part, and a part beyond its end is refused', async () => {
  const { site, state } = setup({ ...files, 'assets/a.js': 'abcdef' })
  await install(site, kept)
  state.online = false
  const asked = (range: string) => answer(site, 'v1', new Request(at('assets/a.js'), { headers: { range } }))
  const middle = await asked('bytes=2-3')
  expect([middle.status, middle.headers.get('content-range'), await middle.text()]).toEqual([
    206,
    'bytes 2-3/6',
    'cd',
  ])
  expect(await (await asked('bytes=4-')).text()).toBe('ef')
  expect((await asked('bytes=6-')).status).toBe(416)
})

test('how long a kept file is, is known', async () => {
  const { site, state } = setup(files)
  await install(site, kept)
  state.online = false
  const { status, headers } = await answer(site, 'v1', new Request(at('index.html'), { method: 'HEAD' }))
  expect([status, headers.get('content-length')]).toEqual([200, '6'])
})

test('other sites and other methods are left to the network', () => {
  const asked = (url: string, init: RequestInit = {}) => isOurs(new Request(url, init), scope)
  expect(asked(at('assets/a.js'))).toBe(true)
  expect(asked('https://elsewhere.example/a.js')).toBe(false)
  expect(asked(at('assets/a.js'), { method: 'POST' })).toBe(false)
})
