/**
 * One worker of the test page for all tests of a file, and an engine in it as an `Engine` on this side: by the app's own
 * messages between workers, carried as text.
 */
import { readFileSync } from 'node:fs'
import { test as base } from '@playwright/test'
import type { Page, Worker } from '@playwright/test'
import type { Adapter, Engine } from '../../src/engine/engine.ts'
import { connectEngine } from '../../src/workers/remote-engine.ts'
import { fromText, toText } from './plain-json.ts'
import { standInFor, standInOrigin } from './stand-in.ts'
import type { AdapterSpec } from './tiny-models.ts'

const address = `http://127.0.0.1:${process.env['LEADER_LAB_PAGE_PORT'] ?? 4392}/`

export const test = base.extend<{ readonly ownLab: Worker }, { readonly lab: Worker }>({
  /** For all tests of a file; its console stays empty. */
  lab: [
    async ({ browser }, use) => {
      const page = await browser.newPage()
      const errors: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text())
      })
      page.on('pageerror', (error) => errors.push(error.message))
      await use(await openLab(page))
      await page.close()
      if (errors.length > 0) throw new Error(`The test page's console was not empty: ${errors.join('; ')}`)
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  /** For one test, which may do to it what it likes. */
  ownLab: async ({ page }, provide) => provide(await openLab(page)),
})

async function openLab(page: Page): Promise<Worker> {
  await serveStandIns(page)
  const [worker] = await Promise.all([page.waitForEvent('worker'), page.goto(address)])
  await page.waitForFunction(() => document.title === 'ready')
  return worker
}

/** WebLLM's ready-made libraries, as far as these tests have any: the others are not there. */
async function serveStandIns(page: Page): Promise<void> {
  const library = readFileSync(new URL('../../public/libs/leader-lab.wasm', import.meta.url))
  const headers = { 'access-control-allow-origin': '*' }
  await page.context().route(`${standInOrigin}**`, async (route) => {
    const url = route.request().url()
    if (url.endsWith('/missing.wasm')) await route.fulfill({ headers, status: 404, body: 'Not found' })
    else if (url.endsWith('/page.wasm')) await route.fulfill({ headers, body: '<!doctype html>' })
    else if (url.endsWith('/offline.wasm')) await route.abort()
    else await route.fulfill({ headers, body: Buffer.from(standInFor(library, url)) })
  })
}

/** The model `id`, which must be open, under WebLLM. */
export async function engineIn(lab: Worker, id: string): Promise<Engine> {
  const { port1, port2 } = new MessageChannel()
  port2.onmessage = ({ data }: MessageEvent<unknown>) => {
    const evaluated = lab.evaluate(({ id, text }) => globalThis.lab.post(id, text), {
      id,
      text: toText(data),
    })
    evaluated.catch(() => port2.close())
  }
  const connected = connectEngine(port1)
  await lab.evaluate((id) => globalThis.lab.serve(id), id)
  // Ends with the page.
  carryReplies(lab, id, port2).catch(() => port2.close())
  return (await connected).engine
}

/** An adapter that fits the open model `id`. */
export async function adapterFor(lab: Worker, id: string, spec: AdapterSpec): Promise<Adapter> {
  return fromText(
    await lab.evaluate(({ id, spec }) => globalThis.lab.adapter(id, spec), { id, spec }),
  ) as Adapter
}

/** Until the model is closed. */
async function carryReplies(lab: Worker, id: string, port: MessagePort): Promise<void> {
  for (;;) {
    const texts = await lab.evaluate((id) => globalThis.lab.receive(id), id)
    if (texts === null) break
    for (const text of texts) port.postMessage(fromText(text))
  }
  port.close()
}
