/** What the site keeps, measured and deleted by kind, and left alone while somebody uses it. */
import { describe, expect, it } from 'vitest'
import { libraryCache, MLC_CONFIG } from '../common/mlc-layout.ts'
import { openCheckpoints } from './checkpoints.ts'
import { keptKinds, keptThings, removeKept, type InUseHere, type KeptKind } from './kept.ts'
import { keepReport } from './kept-reports.ts'
import { lockModel, lockRun } from './locks.ts'
import { MemoryBrowser } from './memory-browser.testing.ts'
import { modelCacheOf } from './model-cache.ts'
import { proposalCache } from './proposal-cache.ts'
import { changeRunNotes } from './run-notes.ts'

const model = 'https://lab.test/model/'
const nobody: InUseHere = { run: null, models: [] }

/** Something of every kind, and something that is none of ours. */
async function scene() {
  const browser = new MemoryBrowser()
  const { root, locks, caches, memory } = browser
  await openCheckpoints(root, 'run-1').write(new Uint8Array(100), { step: 1 })
  await openCheckpoints(root, 'run-2').write(new Uint8Array(50), { step: 1 })
  await changeRunNotes(root, 'run-1', { change: { name: 'First' }, locks })
  const about = { savedAt: 1, runId: null, title: 'Untrained', seeds: 1, steps: null }
  await keepReport(root, { id: 'report', about, text: '{}' })
  await proposalCache(root).append('set', 'abc\n')
  await modelCacheOf(model, caches).put(MLC_CONFIG, new Uint8Array(20))
  await (await caches.open(libraryCache)).put('https://lab.test/own.wasm', new Response('wasm'))
  const page = await caches.open('leader-lab-page-v1')
  await page.put('https://lab.test/index.html', new Response('<page>'))
  const headers = { 'content-length': '2', 'content-encoding': 'gzip' }
  await page.put('https://lab.test/a.js', new Response('packed', { headers }))
  browser.isPageKept = true
  memory.set('leader-lab.theme', 'dark')
  memory.set('leader-lab.lessons', '{}')
  memory.set('another-site.theme', 'dark')
  await proposalCache(await root.getDirectoryHandle('of-another-version', { create: true })).append('x', 'xy')
  return browser
}

const counts = async (browser: MemoryBrowser) =>
  Object.fromEntries((await keptThings(browser)).map(({ kind, count }) => [kind, count]))
const everything = {
  runs: 2,
  reports: 1,
  proposals: 1,
  models: 1,
  page: 2,
  preferences: 1,
  lessons: 1,
  other: 1,
}

describe('what is kept', () => {
  it('is counted and measured by kind', async () => {
    const browser = await scene()
    expect(await counts(browser)).toEqual(everything)
    const bytes = Object.fromEntries((await keptThings(browser)).map((kept) => [kept.kind, kept.bytes]))
    expect(bytes).toMatchObject({ proposals: 4, models: 24, page: 12, preferences: 40, other: 2 })
    expect(bytes['runs']).toBeGreaterThan(150)
  })

  it('is nothing in a new browser, and looking makes nothing', async () => {
    const browser = new MemoryBrowser()
    expect((await keptThings(browser)).every(({ count, bytes }) => count === 0 && bytes === 0)).toBe(true)
    expect(browser.root.folders.size).toBe(0)
    expect(await browser.caches.keys()).toEqual([])
  })

  it.each(keptKinds)('of kind %s goes alone', async (kind) => {
    const browser = await scene()
    await removeKept(browser, [kind], nobody)
    expect(await counts(browser)).toEqual({ ...everything, [kind]: 0 })
    expect(browser.isPageKept).toBe(kind !== 'page')
    expect(browser.memory.has('another-site.theme')).toBe(true)
  })

  it('goes altogether', async () => {
    const browser = await scene()
    await removeKept(browser, keptKinds, nobody)
    expect((await keptThings(browser)).every(({ count, bytes }) => count === 0 && bytes === 0)).toBe(true)
  })
})

describe('what is in use stays, and so does everything else', () => {
  const refused = async (browser: MemoryBrowser, kinds: readonly KeptKind[], here: InUseHere) => {
    const error = await removeKept(browser, kinds, here).catch((thrown: unknown) => thrown)
    expect(await counts(browser)).toEqual(everything)
    return error
  }

  it.each(['runs', 'proposals', 'other'] as const)('%s while a run is open somewhere', async (kind) => {
    const browser = await scene()
    const release = await lockRun('run-2', { locks: browser.locks })
    expect(await refused(browser, ['lessons', kind], nobody)).toMatchObject({
      name: 'KeptInUseError',
      message: expect.stringContaining('another tab') as string,
    })
    expect(await refused(browser, [kind], { ...nobody, run: 'run-2' })).toMatchObject({
      message: expect.stringContaining('open in Train') as string,
    })
    release()
  })

  it('models while one is fetched, or while the team has it', async () => {
    const browser = await scene()
    expect(await refused(browser, keptKinds, { run: null, models: [model] })).toMatchObject({
      message: expect.stringContaining('the team that is loaded') as string,
    })
    const { signal } = new AbortController()
    await lockModel('https://lab.test/other/', { signal, locks: browser.locks })
    expect(await refused(browser, ['models'], nobody)).toMatchObject({
      message: expect.stringContaining('being downloaded') as string,
    })
  })
})
