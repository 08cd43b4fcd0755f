/** The app below a path of somebody's host, where nothing else is: a first visit, a run taken over, and without a network. */
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from './page.ts'

const path = '/some/path/'
const ready = { timeout: 180_000 }

/** Hands on what lies below the path; all the rest of the host is not there. */
async function hostBelow(app: string): Promise<{ readonly address: string; close(): void }> {
  const server = createServer(({ url = '', headers }, response) => {
    if (!url.startsWith(path)) {
      response.writeHead(404).end()
      return
    }
    const target = new URL(url.slice(path.length), app)
    get(target, { headers: { ...headers, host: target.host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(response)
    }).on('error', () => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}${path}`, close: () => void server.close() }
}

test.use({ serviceWorkers: 'allow' })

test('below a path it opens, trains, and opens again without a network', async ({
  page,
  context,
  baseURL,
}) => {
  const host = await hostBelow(baseURL ?? '')
  try {
    const label = page.locator('.player-label')
    await page.goto(`${host.address}?backend=wasm`)
    await expect(label).toContainText('Recorded run')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('slider', { name: 'Step' }).fill('20')
    await page.getByRole('button', { name: 'Take over after step 20' }).click()
    await expect(page.getByText('21 of 60 steps done')).toBeVisible(ready)
    await page.getByRole('button', { name: 'Stop' }).click()
    expect(new URL(page.url()).pathname).toBe(path)
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready
    })
    await context.setOffline(true)
    await page.reload()
    await page.getByRole('link', { name: 'Arena', exact: true }).click()
    await page.getByRole('button', { name: 'Ask the team' }).click()
    await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible(ready)
  } finally {
    host.close()
  }
})
