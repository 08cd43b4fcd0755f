/** The report of a failure: shown before it is copied, copied as it is shown, and selected where copying is refused. */
import type { Page } from '@playwright/test'
import { expect, expectAccessible, open, test } from './page.ts'

async function fail(page: Page) {
  await open(page, 'runs')
  const buffer = Buffer.from('no zip')
  await page
    .getByLabel('Import a run')
    .setInputFiles({ name: 'run.zip', mimeType: 'application/zip', buffer })
  await page.getByRole('alert').getByText('Technical detail and report').click()
  return page.getByLabel('Report', { exact: true })
}

test('a report says what failed, where, on what and with which settings', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const report = await fail(page)
  for (const part of [
    /^Leader Lab \d+\.\d+\.\d+ \(.+\.js\), \d{4}-/,
    'RunBundleError: run.zip',
    'Place: Runs',
  ])
    await expect(report).toContainText(part)
  for (const part of ['Run: none', 'Device: no team loaded', 'isolated', '"leader": "nano-'])
    await expect(report).toContainText(part)
  await page.getByRole('button', { name: 'Copy report' }).click()
  await expect(page.getByText('Copied.')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await report.textContent())
  await expectAccessible(page)
})

test('where the page may not copy, the report is selected', async ({ page }) => {
  const report = await fail(page)
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
  })
  await page.getByRole('button', { name: 'Copy report' }).click()
  await expect(page.getByText('The report is selected')).toBeVisible()
  const selected = await page.evaluate(() => String(getSelection()))
  expect(selected.trim()).toBe((await report.textContent())?.trim())
})

test('a fault of the page itself can be reported too', async ({ page, consoleProblems }) => {
  await open(page, 'runs')
  await page.evaluate(() => {
    Number.prototype.toFixed = () => {
      throw new Error('made to fail')
    }
    location.hash = '#/storage'
  })
  await expect(page.getByRole('alert')).toContainText('The page made a mistake.')
  await page.getByText('Technical detail and report').click()
  await expect(page.getByLabel('Report', { exact: true })).toContainText('made to fail')
  await expect(page.getByLabel('Report', { exact: true })).toContainText('Place: Storage')
  expect(consoleProblems.splice(0).join()).toContain('made to fail')
})
