/** Storage: what is kept is named and measured, deleted by kind or altogether, and never under a run that is open. */
import type { Page } from '@playwright/test'
import { expect, expectAccessible, open, test } from './page.ts'

const ready = { timeout: 180_000 }
const kind = (page: Page, name: string) => page.getByRole('listitem', { name, exact: true })
const confirm = (page: Page) => page.getByRole('button', { name: /^Delete .* for good$/ })
const go = (page: Page, place: string) => page.evaluate((hash) => void (location.hash = hash), `#/${place}`)

async function oneStep(page: Page) {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('What moved in step 1')).toBeVisible(ready)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
}

async function expectNoSidewaysScroll(page: Page) {
  const spare = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(spare).toBeLessThanOrEqual(0)
}

test('a run that is open is not deleted; stopped, it is named, exported and deleted for good', async ({
  page,
}) => {
  await oneStep(page)
  await page.getByRole('link', { name: 'What this browser keeps' }).click()
  await expect(kind(page, 'Runs')).toContainText('1 run')
  await expect(kind(page, 'Solutions of the peers')).toContainText('1 set')
  await expect(kind(page, 'Downloaded models')).toContainText('nothing')
  await kind(page, 'Runs')
    .getByRole('button', { name: /^Delete/ })
    .click()
  await confirm(page).click()
  await expect(page.getByRole('alert')).toContainText('a run is open in Train')
  await expect(kind(page, 'Runs')).toContainText('1 run')

  await go(page, 'train')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
  await go(page, 'storage')
  await kind(page, 'Runs')
    .getByRole('button', { name: /^Delete/ })
    .click()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export Tiny, seed 1' }).click()
  expect((await downloading).suggestedFilename()).toMatch(/^leader-lab-run-.*\.zip$/)
  await expect(page.getByRole('button', { name: 'Exported Tiny, seed 1' })).toBeVisible()
  await confirm(page).click()
  await expect(kind(page, 'Runs')).toContainText('nothing')
  await expect(kind(page, 'Solutions of the peers')).toContainText('1 set')
  await go(page, 'train')
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible()
  await page.reload()
  await go(page, 'runs')
  await expect(page.getByText('No run has been kept here yet.')).toBeVisible()
})

test('a run that is open in another tab is left alone', async ({ page, context }) => {
  await oneStep(page)
  const other = await context.newPage()
  await open(other, 'storage')
  await kind(other, 'Solutions of the peers')
    .getByRole('button', { name: /^Delete/ })
    .click()
  await confirm(other).click()
  await expect(other.getByRole('alert')).toContainText('a run is open in another tab')
  await expect(kind(other, 'Solutions of the peers')).toContainText('1 set')
  await page.close()
  // A tab lets go of its run a moment after it is gone.
  await expect(async () => {
    await kind(other, 'Solutions of the peers')
      .getByRole('button', { name: /^Delete/ })
      .click()
    await confirm(other).click()
    await expect(kind(other, 'Solutions of the peers')).toContainText('nothing', { timeout: 2000 })
  }).toPass()
  await expect(kind(other, 'Runs')).toContainText('1 run')
})

test.describe('with the page kept', () => {
  test.use({ serviceWorkers: 'allow' })

  test('everything goes by one button, after it was named, and not when one says no', async ({ page }) => {
    await open(page, 'storage')
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true })
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready
    })
    await go(page, 'arena')
    await go(page, 'storage')
    await expect(kind(page, 'Preferences')).not.toContainText('nothing')
    await expect(kind(page, 'The page itself')).toContainText(/\d+ files, \d+/)
    await page.getByRole('button', { name: 'Delete everything…' }).click()
    await expect(page.getByRole('alertdialog')).toContainText(
      'From the next visit on the page is as at the first',
    )
    await page.getByRole('button', { name: 'Keep it' }).click()
    await expect(kind(page, 'Preferences')).not.toContainText('nothing')
    await page.getByRole('button', { name: 'Delete everything…' }).click()
    await confirm(page).click()
    for (const name of ['Preferences', 'The page itself', 'Runs'])
      await expect(kind(page, name)).toContainText('nothing')
    const left = await page.evaluate(async () => ({
      caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      remembered: localStorage.length,
    }))
    expect(left).toEqual({ caches: 0, workers: 0, remembered: 0 })
  })
})

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('Storage and its question pass axe and fit 360 px', async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 800 })
      await open(page, 'storage')
      await page.evaluate(() => localStorage.setItem('leader-lab.lessons', '{}'))
      await page.reload()
      await expect(kind(page, 'Progress in lessons')).not.toContainText('nothing')
      await expectAccessible(page)
      await expectNoSidewaysScroll(page)
      await kind(page, 'Progress in lessons')
        .getByRole('button', { name: /^Delete/ })
        .click()
      await expect(page.getByRole('alertdialog')).toContainText('Progress in all lessons.')
      await expectAccessible(page)
      await confirm(page).click()
      await expect(page.getByText('Deleted.')).toBeVisible()
      await page.getByRole('button', { name: 'Ask the browser to keep it' }).click()
      await expect(page.getByText(/The browser (said no|has agreed)|the browser has agreed/)).toBeVisible()
    })
  })
