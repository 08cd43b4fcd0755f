import { expect, open, test } from './page.ts'

test('looking at every place fetches no engine, no model, and starts no worker', async ({ page }) => {
  const fetched: string[] = []
  page.on('request', (request) => fetched.push(request.url()))
  for (const place of ['arena', 'train', 'evaluate', 'team', 'runs', 'learn', 'recorded'] as const) {
    await open(page, place)
    await page.waitForLoadState('networkidle')
  }
  expect(page.workers()).toEqual([])
  expect(fetched.filter((url) => /\/(models|wasm)\/|\.worker/.test(url))).toEqual([])
})
