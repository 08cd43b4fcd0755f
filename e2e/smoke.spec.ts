/** The least that must hold before any other browser test means something. */
import { gzipSync } from 'node:zlib'
import { expect, test } from '@playwright/test'

const budgetBytes = 250_000

test.describe('as a visitor has it', () => {
  test.use({ serviceWorkers: 'allow' })

  test('loads with an empty console and cross-origin isolated', async ({ page }) => {
    const complaints: string[] = []
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('requestfailed', (request) =>
      complaints.push(`${request.url()} ${request.failure()?.errorText ?? ''}`),
    )

    const response = await page.goto('/')
    expect(response?.headers()['cross-origin-opener-policy']).toBe('same-origin')
    expect(response?.headers()['cross-origin-embedder-policy']).toBe('require-corp')
    await expect(page).toHaveTitle(/Leader Lab/)
    await expect(page.locator('#app')).not.toBeEmpty()
    await page.waitForLoadState('networkidle')

    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    expect(complaints).toEqual([])
  })
})

test('fetches at most 250 kB of gzipped JavaScript before the first click', async ({ page }) => {
  const scripts: Promise<number>[] = []
  page.on('response', (response) => {
    if (response.headers()['content-type']?.startsWith('text/javascript'))
      scripts.push(response.body().then((body) => gzipSync(body).length))
  })
  await page.goto('/')
  await page.waitForLoadState('networkidle')
  const sizes = await Promise.all(scripts)
  expect(sizes.length).toBeGreaterThan(0)
  expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThanOrEqual(budgetBytes)
})

test('serves what tfjs needs as WebAssembly', async ({ request }) => {
  for (const variant of ['', '-simd', '-threaded-simd']) {
    const response = await request.head(`/wasm/tfjs-backend-wasm${variant}.wasm`)
    expect(response.status()).toBe(200)
    expect(response.headers()['content-type']).toBe('application/wasm')
  }
})
