/**
 * One worker of the test page for all tests of a file, and an engine in it as an `Engine` on this side: by the app's own
 * messages between workers, carried as text.
 */
import { test as base } from '@playwright/test'
import type { Page, Worker } from '@playwright/test'
import type { Adapter, Engine } from '../../src/engine/engine.ts'
import { connectEngine } from '../../src/workers/remote-engine.ts'
import { fromText, toText } from './plain-json.ts'
import type { AdapterSpec } from './tiny-models.ts'
import { serveWeb } from './web.ts'

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
  await serveWeb(page.context())
  const [worker] = await Promise.all([page.waitForEvent('worker'), page.goto(address)])
  await page.waitForFunction(() => document.title === 'ready')
  return worker
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

/** Puts what was measured on record, and into the log. */
export function measured(what: string, figure: string): void {
  test.info().annotations.push({ type: what, description: figure })
  console.log(`${what}: ${figure}`)
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
