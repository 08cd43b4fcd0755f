/**
 * The web as the WebLLM tests find it: under every name of the catalogue the files of an embedded model, and for it a
 * library at the address where WebLLM's would be. Nothing else is there, and nothing leaves the machine.
 */
import { readdir, readFile } from 'node:fs/promises'
import type { BrowserContext, Route } from '@playwright/test'
import { catalog } from '../../src/engine/catalog.ts'
import { MLC_CONFIG } from '../../src/common/mlc-layout.ts'
import { openMlcFolder } from '../../src/engine/weights/mlc.ts'
import { memoryFolder } from '../../src/engine/weights/small-model.fixture.ts'
import { standInFor, standInOrigin, standInUrl } from './stand-in.ts'

const publicFolder = new URL('../../public/', import.meta.url)
/** Any page may read it, as on the hub. */
const headers = { 'access-control-allow-origin': '*' }

export async function serveWeb(context: BrowserContext): Promise<void> {
  const library = await readFile(new URL('libs/leader-lab.wasm', publicFolder))
  const files = await filesOf(new URL('models/nano-math/resolve/main/', publicFolder))
  const { config } = await openMlcFolder(memoryFolder('nano-math', Object.fromEntries(files)))
  const settings = { config, format: 'q0f32', chunkSize: 64, softwareDevice: true } as const
  const nanoLibrary = Buffer.from(standInFor(library, standInUrl(settings)))

  await context.route(`${standInOrigin}**`, async (route) => {
    const url = route.request().url()
    if (url.endsWith('/missing.wasm')) await missing(route)
    else if (url.endsWith('/page.wasm')) await route.fulfill({ headers, body: '<!doctype html>' })
    else if (url.endsWith('/offline.wasm')) await route.abort()
    else await route.fulfill({ headers, body: Buffer.from(standInFor(library, url)) })
  })
  await context.route('https://raw.githubusercontent.com/mlc-ai/**', async (route) => {
    const isThere = catalog.some((entry) => entry.library === route.request().url())
    if (isThere) await route.fulfill({ headers, body: nanoLibrary })
    else await missing(route)
  })
  await context.route('https://huggingface.co/mlc-ai/**', async (route) => {
    const [, id, name] = /mlc-ai\/([^/]+)\/resolve\/main\/([\w.-]+)$/.exec(route.request().url()) ?? []
    const entry = catalog.find((entry) => entry.id === id)
    const body = files.get(name ?? '')
    if (entry === undefined || body === undefined) return missing(route)
    const isForeign = name === MLC_CONFIG && entry.architecture === null
    await route.fulfill({ headers, body: isForeign ? ofAnotherKind(body) : body })
  })
}

async function filesOf(folder: URL): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>()
  for (const name of await readdir(folder)) files.set(name, await readFile(new URL(name, folder)))
  return files
}

/** An architecture that we do not know, made for a longer context than a model from the web is loaded for. */
function ofAnotherKind(config: Buffer): Buffer {
  const json = JSON.parse(config.toString()) as object
  return Buffer.from(
    JSON.stringify({ ...json, model_type: 'olmo2', model_config: {}, context_window_size: 8192 }),
  )
}

function missing(route: Route): Promise<void> {
  return route.fulfill({ headers, status: 404, body: 'Not found' })
}
