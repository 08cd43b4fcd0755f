/** `?present`: larger type for a projector, in every place, until it is ended. */
import type { Page } from '@playwright/test'
import { expect, test } from './page.ts'

test.use({ viewport: { width: 1280, height: 720 } })

const typeSize = (page: Page) =>
  page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize))
const spare = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

test('large type stays from place to place, nothing is wider than the projector, and it can be ended', async ({
  page,
}) => {
  await page.goto('/?present')
  await expect(page.locator('.player-label')).toContainText('Recorded run')
  expect(await typeSize(page)).toBe(21)
  expect(await spare(page)).toBeLessThanOrEqual(0)
  for (const place of ['Arena', 'Train', 'Evaluate', 'Team', 'Runs', 'Learn']) {
    await page.getByRole('link', { name: place, exact: true }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1)
    expect(await typeSize(page)).toBe(21)
    expect(await spare(page), place).toBeLessThanOrEqual(0)
  }
  await page.getByRole('button', { name: /^Start the lesson A group/ }).click()
  await expect(page).toHaveURL(/present=/)
  expect(await spare(page)).toBeLessThanOrEqual(0)
  await page.reload()
  expect(await typeSize(page)).toBe(21)
  await page.getByRole('button', { name: 'End large type' }).click()
  expect(await typeSize(page)).toBe(16)
  await expect(page).not.toHaveURL(/present/)
  await expect(page.getByRole('button', { name: 'End large type' })).toHaveCount(0)
})
