import { expect, expectAccessible, open, test } from './page.ts'

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('the Arena passes axe, empty and answered', async ({ page }) => {
      await open(page, 'arena')
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Ask the team' }).click()
      await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible({ timeout: 120_000 })
      await expectAccessible(page)
    })

    test('Team passes axe, with the page’s models and with others', async ({ page }) => {
      await open(page, 'team')
      await expect(page.getByText(/^This page uses/)).toBeVisible()
      await expectAccessible(page)
      await page.getByLabel('Model of the leader').selectOption('OLMo-2-0425-1B-Instruct-q4f16_1-MLC')
      await page.getByLabel('Model of peer 2').selectOption('By its address…')
      await page.getByLabel(/^Address or hub name/).fill('ftp://example.org')
      await expect(page.getByText('Does not fit.')).toBeVisible()
      await expectAccessible(page)
    })

    test('Train passes axe, before a run and after a step', async ({ page }) => {
      await open(page, 'train')
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Next step' }).click()
      await expect(page.getByText('What moved in step 1')).toBeVisible({ timeout: 180_000 })
      await expectAccessible(page)
    })
  })
}

test('the first Tab leads past the header to the content', async ({ page }) => {
  await open(page, 'arena')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('main')).toBeFocused()
})

for (const width of [360, 1920]) {
  test(`nothing is wider than a window of ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 })
    for (const place of [
      'arena',
      'train',
      'evaluate',
      'team',
      'runs',
      'learn',
      'recorded',
      'storage',
      'glossary',
    ] as const) {
      await open(page, place)
      const spare = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(spare).toBeLessThanOrEqual(0)
    }
  })
}

test('curves become narrower with the window', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 800 })
  await open(page, 'recorded')
  const curves = page.getByRole('region', { name: 'Curves' })
  await expect(curves.locator('canvas').first()).toBeVisible()
  await page.setViewportSize({ width: 1280, height: 800 })
  const beyond = () =>
    curves.evaluate((region) => {
      const { right } = region.getBoundingClientRect()
      return Math.max(
        ...[...region.querySelectorAll('canvas')].map((each) => each.getBoundingClientRect().right - right),
      )
    })
  await expect.poll(beyond).toBeLessThanOrEqual(0)
})

test('a chosen theme stays after a reload', async ({ page }) => {
  await open(page, 'arena')
  await page.getByRole('radio', { name: 'Dark' }).check({ force: true })
  await page.reload()
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked()
  await expect(page.locator('html')).toHaveCSS('color-scheme', 'dark')
})
