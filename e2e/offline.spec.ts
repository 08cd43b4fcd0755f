import { expect, open, test } from './page.ts'

test.use({ serviceWorkers: 'allow' })

test('after the first visit the page, its engine and the team work without a network', async ({
  page,
  context,
}) => {
  await open(page, 'arena')
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready
  })
  await context.setOffline(true)
  await page.reload()
  await expect(page.getByRole('navigation', { name: 'Places' })).toBeVisible()
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible({ timeout: 120_000 })
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible({ timeout: 120_000 })
})

test('it can be installed: the manifest names a start, a display and icons that exist', async ({ page }) => {
  await open(page, 'arena')
  const address = await page.locator('link[rel=manifest]').getAttribute('href')
  const response = await page.request.get(address ?? '')
  expect(response.headers()['content-type']).toContain('application/manifest+json')
  const manifest = (await response.json()) as {
    readonly start_url: string
    readonly display: string
    readonly icons: readonly { readonly src: string; readonly purpose: string }[]
  }
  expect(manifest).toMatchObject({ start_url: './', display: 'standalone' })
  expect(manifest.icons.map(({ purpose }) => purpose)).toEqual(['any', 'maskable'])
  for (const { src } of manifest.icons) expect((await page.request.get(`/${src}`)).ok()).toBe(true)
})
