/** The page's own dealings with stored models, beside a team that comes and goes. */
import { describe, expect, it } from 'vitest'
import { libraryCache, MLC_CONFIG, MLC_MANIFEST } from '../common/mlc-layout.ts'
import { catalog, locateModel, type CatalogModel } from '../engine/catalog.ts'
import { fakeEngine } from '../mlpo/testing/fake-engine.ts'
import { modelCacheOf } from '../storage/model-cache.ts'
import { fakeLab, fakeLabConfig, type FakeLab } from './fake-lab.testing.ts'

const [catalogued] = catalog
if (catalogued === undefined) throw new Error('The catalogue is empty.')
const peer = 'https://lab.test/peer-model/'
const models = [catalogued.id, 'someone/their-model', 'nano-leader', peer]

async function store(lab: FakeLab, model: string): Promise<void> {
  const cache = modelCacheOf(locateModel(model, fakeModelBase).folder, lab.browser.caches)
  await cache.put(MLC_CONFIG, new Uint8Array(10))
  await cache.put(MLC_MANIFEST, new Uint8Array(20))
}

const fakeModelBase = 'https://lab.test/models/'

async function withModels(lab = fakeLab()): Promise<FakeLab> {
  for (const model of models) await store(lab, model)
  return lab
}

const namesIn = async ({ client }: FakeLab) => (await client.storedModels()).map(({ model }) => model)

/** Two entries of the catalogue that one library runs. */
function sharingOne(): readonly [CatalogModel, CatalogModel] {
  for (const one of catalog) {
    const other = catalog.find((entry) => entry !== one && entry.library === one.library)
    if (other !== undefined) return [one, other]
  }
  throw new Error('No two models of the catalogue share a library.')
}

describe('stored models', () => {
  it('have the names that a configuration calls them by, and start no worker', async () => {
    const lab = await withModels()
    expect(await lab.client.storedModels()).toContainEqual({
      model: 'nano-leader',
      folder: `${fakeModelBase}nano-leader/`,
      kind: 'page',
      bytes: 30,
      isWhole: true,
    })
    const downloads = (await lab.client.storedModels()).filter(({ kind }) => kind === 'web')
    expect(downloads.map(({ model }) => model).sort()).toEqual(
      models.filter((model) => model !== 'nano-leader').sort(),
    )
    expect(lab.alive).toEqual([])
  })

  it.each(models)('can be deleted by that name: %s', async (model) => {
    const lab = await withModels()
    await lab.client.removeModel(model)
    expect((await namesIn(lab)).sort()).toEqual(models.filter((other) => other !== model).sort())
  })

  it('stay while a team that is loaded has them, whatever they are called there', async () => {
    const lab = await withModels()
    await lab.client.loadTeam(fakeLabConfig({ peers: [peer] }))
    const refused = {
      name: 'ModelInUseError',
      message: expect.stringContaining('Load another team') as string,
    }
    await expect(lab.client.removeModel(`${peer}resolve/main/`)).rejects.toMatchObject(refused)
    await lab.client.loadTeam(fakeLabConfig({ peers: ['peer-a'] }))
    await lab.client.removeModel(peer)
    expect(await namesIn(lab)).not.toContain(peer)
  })

  it('stay while a team is loading, and go when that is cancelled', async () => {
    const lab = await withModels(fakeLab({ engineOf: () => new Promise(() => undefined) }))
    const loading = lab.client.loadTeam(fakeLabConfig({ leader: peer }))
    await expect(lab.client.removeModel(peer)).rejects.toMatchObject({ name: 'ModelInUseError' })
    lab.client.cancelLoad()
    await expect(loading).rejects.toMatchObject({ name: 'CancelledError' })
    await lab.client.removeModel(peer)
    expect(await namesIn(lab)).not.toContain(peer)
  })

  it('take their library with them when no other stored model needs it', async () => {
    const lab = fakeLab({ engineOf: fakeEngine })
    const [one, other] = sharingOne()
    const libraries = await lab.browser.caches.open(libraryCache)
    await libraries.put(one.library, new Response('wasm'))
    for (const { id } of [one, other]) await store(lab, id)
    await lab.client.removeModel(one.id)
    expect(await libraries.match(one.library)).toBeDefined()
    await lab.client.removeModel(other.id)
    expect(await libraries.match(one.library)).toBeUndefined()
  })

  it('that no model can be called are refused', async () => {
    await expect(fakeLab().client.removeModel('a b')).rejects.toMatchObject({
      name: 'ModelNameError',
      detail: null,
    })
  })
})

describe('the room in the browser', () => {
  it('is told in bytes, and null is what the browser does not tell', async () => {
    const lab = fakeLab()
    expect(await lab.client.storageEstimate()).toEqual({ usageBytes: null, quotaBytes: null })
    lab.browser.room = { usage: 3, quota: 8 }
    expect(await lab.client.storageEstimate()).toEqual({ usageBytes: 3, quotaBytes: 8 })
  })

  it('is kept on request', async () => {
    const lab = fakeLab()
    expect(await lab.client.keepStorage()).toBe(true)
    expect(lab.browser.isPersistent).toBe(true)
  })
})
