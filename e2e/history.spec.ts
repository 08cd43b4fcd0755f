/** Finished steps: any is opened by its number or by a click into a curve, and two are compared, live and recorded. */
import type { Page } from '@playwright/test'
import { expect, expectAccessible, open, test } from './page.ts'

const ready = { timeout: 180_000 }
const steps = (page: Page) => page.getByRole('navigation', { name: 'Steps' })
const figures = (page: Page) => page.getByRole('region', { name: 'Figures of both steps' })

async function expectNoSidewaysScroll(page: Page) {
  const spare = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(spare).toBeLessThanOrEqual(0)
}

test('a step is opened again in full, compared, and after a reload in numbers', async ({ page }) => {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await expect(page.getByText('What moved in step 2')).toBeVisible()
  await expect(steps(page)).toContainText('Steps 1 to 2 are kept in full, 2 steps')
  const second = await page.locator('.groups-head h2').textContent()
  await steps(page).getByRole('button', { name: 'Earlier' }).click()
  await expect(page.getByText('What moved in step 1')).toBeVisible()
  await expect(page.locator('.groups-head h2')).not.toHaveText(second ?? '')
  await steps(page).getByRole('button', { name: 'Compare with another' }).click()
  await expect(page.getByRole('heading', { name: 'From step 1 to step 2' })).toBeVisible()
  await expect(figures(page).getByRole('row', { name: /^Mean reward/ })).toContainText(/[\d.]/)
  await expect(page.getByText(/in both steps/).first()).toBeVisible()
  await page.setViewportSize({ width: 360, height: 800 })
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await steps(page).getByRole('button', { name: 'Stop comparing' }).click()
  await steps(page).getByRole('button', { name: 'Back to the present' }).click()
  await expect(page.getByText('What moved in step 2')).toBeVisible()
  await expectAccessible(page)

  await page.reload()
  await expect(steps(page)).toContainText('Of steps before this visit only the numbers are kept')
  await steps(page).getByLabel('Step', { exact: true }).fill('1')
  await expect(page.getByRole('heading', { name: 'Step 1 in numbers' })).toBeVisible()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await steps(page).getByRole('button', { name: 'Compare with another' }).click()
  await expect(page.getByText('Of step 1 and step 2 only these numbers are kept')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('a click into a curve of the recorded run opens that step, and two are compared', async ({
      page,
    }) => {
      await open(page, 'recorded')
      const reward = page.getByRole('figure', { name: 'Reward' }).locator('.uplot')
      await expect(page.getByText('What moved in step 30')).toBeVisible()
      await reward.click({ position: { x: 90, y: 60 } })
      await expect(page.getByText('What moved in step 30')).toHaveCount(0)
      const opened = Number(await steps(page).getByLabel('Step', { exact: true }).inputValue())
      expect(opened).toBeGreaterThan(0)
      expect(opened).toBeLessThan(30)
      await expect(page.getByText(`What moved in step ${opened}`)).toBeVisible()
      await steps(page).getByRole('button', { name: 'Compare with another' }).click()
      await steps(page)
        .getByLabel('with step')
        .fill(String(opened + 1))
      await expect(
        page.getByRole('heading', { name: `From step ${opened} to step ${opened + 1}` }),
      ).toBeVisible()
      await expect(figures(page).getByRole('row', { name: /^Follows peer 1/ })).toContainText('points')
      await expectAccessible(page)
    })
  })
