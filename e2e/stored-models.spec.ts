/**
 * Models of the web come into the browser once, over a net that breaks, and run from there. The page's own client is
 * driven directly; the models are those of the built app, on another server.
 */
import type { BrowserContext, Page } from '@playwright/test'
import type { LabClient, CreateLabClient, StoredModel } from '../src/workers/client-types.ts'
import type { EngineName, ErrorValue } from '../src/workers/protocol.ts'
import { presetNamed } from '../src/mlpo/config/presets.ts'
import { FileServer, modelFile } from './file-server.ts'
import { expect, open, test as base } from './page.ts'

const shard = 'params_shard_0.bin'
const texts = ['mlc-chat-config.json', 'tensor-cache.json', 'tokenizer.json', 'tokenizer_config.json']
const sizeOf = (model: string, name: string) =>
  modelFile(`${model}/resolve/main/${name}`)?.length ?? Number.NaN
const bytesOf = (model: string) => [...texts, shard].reduce((sum, name) => sum + sizeOf(model, name), 0)
const wholeBytes = bytesOf('nano-math')

declare global {
  interface Window {
    labClient: LabClient
    /** Bytes of the last download so far. */
    downloaded: number
  }
}

const test = base.extend<{ readonly server: FileServer }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures that it wants.
  server: async ({}, provide) => {
    const server = await FileServer.start()
    await provide(server)
    server.stop()
  },
})

/** A visit: the page, and a client of its own module. */
async function visit(page: Page, engine: EngineName = 'tfjs'): Promise<void> {
  // The same address again would be no visit.
  await page.goto('about:blank')
  const loaded = page.waitForResponse(/\/client-[^/]*\.js$/)
  await open(page, 'arena')
  const address = (await loaded).url()
  await page.evaluate(
    async ({ address, engine }) => {
      const module = (await import(address)) as { readonly createLabClient: CreateLabClient }
      const modelBase = new URL('models/', document.baseURI).href
      const wanted = { engine, backend: 'wasm', library: null } as const
      window.labClient = module.createLabClient({ modelBase, wanted })
      window.labClient.subscribe((event) => {
        if (event.type === 'progress' && event.progress.what === 'download')
          window.downloaded = event.progress.done
      })
    },
    { address, engine },
  )
}

function load(
  page: Page,
  leader: string,
  peers: readonly string[] = [leader],
): Promise<{ readonly peers: string[] } | ErrorValue> {
  const config = { ...presetNamed('tiny')?.config, leader, peers }
  return page.evaluate(async (config) => {
    try {
      const { peers } = await window.labClient.loadTeam(config as Parameters<LabClient['loadTeam']>[0])
      return { peers: peers.map(({ id }) => id) }
    } catch (error) {
      return error as ErrorValue
    }
  }, config)
}

const downloads = async (page: Page): Promise<readonly StoredModel[]> =>
  (await page.evaluate(() => window.labClient.storedModels())).filter(({ kind }) => kind === 'web')

const remove = (page: Page, model: string) =>
  page.evaluate(
    (model) =>
      window.labClient.removeModel(model).then(
        () => null,
        (error: unknown) => error as ErrorValue,
      ),
    model,
  )

/** Addresses and parts that the browser still has; runs in the page. */
async function leftovers(): Promise<string[]> {
  const found: string[] = []
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) found.push(url)
  const parts = await (await navigator.storage.getDirectory()).getDirectoryHandle('model-parts')
  for await (const name of parts.keys()) found.push(name)
  return found
}

/** Where the shard's download goes on, by the one request for it. */
function startOf({ requests }: FileServer): number {
  const [request = '', ...others] = requests.filter((line) => line.includes(shard))
  expect(others).toEqual([])
  return Number(/ bytes=(\d+)-$/.exec(request)?.[1] ?? 0)
}

test('a model whose connection breaks comes in two parts, runs offline, and can be deleted', async ({
  page,
  server,
}) => {
  const model = server.folder('nano-math')
  await visit(page)
  server.stallIn(shard, 1_000_000)
  const failing = load(page, model)
  // A break takes with it what the page has not read yet.
  await page.waitForFunction(() => window.downloaded > 500_000)
  server.breakConnections()
  const failure = await failing
  expect(failure).toMatchObject({ name: 'DownloadInterruptedError' })
  expect('message' in failure && failure.message).toContain('goes on from where it stopped')
  const [half] = await downloads(page)
  expect(half).toMatchObject({ model, isWhole: false })
  const arrived =
    Number(half?.bytes) - (wholeBytes - sizeOf('nano-math', shard) - sizeOf('nano-math', 'tensor-cache.json'))
  expect(arrived).toBeGreaterThan(400_000)

  server.requests.length = 0
  expect(await load(page, model)).toEqual({ peers: [model] })
  expect(startOf(server)).toBe(arrived)
  expect(server.requests.filter((request) => !request.startsWith('GET '))).toEqual([])
  expect(await downloads(page)).toMatchObject([{ model, bytes: wholeBytes, isWhole: true }])
  expect(await remove(page, model)).toMatchObject({ name: 'ModelInUseError' })

  server.stop()
  await visit(page)
  expect(await load(page, model)).toEqual({ peers: [model] })

  await visit(page)
  expect(await remove(page, model)).toBeNull()
  expect(await downloads(page)).toEqual([])
  // Of the files nothing is left, wherever they were.
  expect(await page.evaluate(leftovers)).toEqual([])
  const { usageBytes, quotaBytes } = await page.evaluate(() => window.labClient.storageEstimate())
  expect(Number(quotaBytes)).toBeGreaterThan(Number(usageBytes))
})

test('what a cancelled download had written is not fetched again', async ({ page, server }) => {
  const model = server.folder('nano-math')
  await visit(page)
  server.stallIn(shard, 1_000_000)
  const loading = load(page, model)
  await page.waitForFunction(() => window.downloaded > 500_000)
  await page.evaluate(() => window.labClient.cancelLoad())
  expect(await loading).toMatchObject({ name: 'CancelledError' })
  server.requests.length = 0
  expect(await load(page, model)).toEqual({ peers: [model] })
  expect(startOf(server)).toBeGreaterThan(400_000)
  expect(await downloads(page)).toMatchObject([{ model, bytes: wholeBytes, isWhole: true }])
})

/** The hub, for the models of the built app. */
async function fakeHub(context: BrowserContext): Promise<string[]> {
  const requests: string[] = []
  await context.route('https://huggingface.co/**', async (route) => {
    const url = route.request().url()
    requests.push(url.slice(url.lastIndexOf('/') + 1))
    const body = modelFile(url)
    const headers = { 'access-control-allow-origin': '*' }
    await (body === null ? route.fulfill({ status: 404, headers }) : route.fulfill({ body, headers }))
  })
  return requests
}

test('WebLLM runs a model of the hub from where the download has put it', async ({ page, context }) => {
  const requests = await fakeHub(context)
  await visit(page, 'webllm')
  const peers = ['someone/nano-math', 'nano-logic']
  expect(await load(page, 'someone/nano-math', peers)).toEqual({ peers })
  // By the peer's worker; the leader's and WebLLM find everything there.
  expect(requests.toSorted()).toEqual([...texts, shard, 'README.md'].toSorted())
  const stored = await page.evaluate(() => window.labClient.storedModels())
  const logic = { model: 'nano-logic', kind: 'page', bytes: bytesOf('nano-logic'), isWhole: true }
  const bytes = bytesOf('nano-math') + sizeOf('nano-math', 'README.md')
  const math = { model: 'someone/nano-math', kind: 'web', bytes, isWhole: true }
  expect(stored.toSorted((a, b) => a.model.localeCompare(b.model))).toMatchObject([logic, math])
})
