/** Does the leader lead? Measured in the page, with and without a trained leader, and taken home as files. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { readReport } from '../src/mlpo/evaluation/report-read.ts'
import { expect, expectAccessible, open, test } from './page.ts'
import { sampleReport } from './report.ts'

const ready = { timeout: 180_000 }

const evaluate = (page: Page) => page.getByRole('button', { name: 'Evaluate', exact: true })
const report = (page: Page) => page.getByRole('article', { name: 'Report' })
const progress = (page: Page) => page.getByRole('progressbar', { name: /^Seed/ })

async function saved(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ])
  return readFileSync(await download.path(), 'utf8')
}

test('without a run the untrained leader is measured, and a cancelled evaluation leaves that report', async ({
  page,
}) => {
  await open(page, 'evaluate')
  await expect(page.getByText('No leader is trained yet.')).toBeVisible()
  await evaluate(page).click()
  await expect(progress(page)).toBeVisible(ready)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('Nothing was finished')).toBeVisible()
  await evaluate(page).click()
  await expect(report(page).getByRole('heading', { name: 'The untrained leader' })).toBeVisible(ready)
  await page.getByRole('button', { name: 'Table: Every row' }).click()
  const rows = page.getByRole('region', { name: 'Table: Rows' })
  await expect(rows.getByRole('rowheader', { name: 'Vote of the peers', exact: true })).toBeVisible()
  await expect(rows.getByRole('rowheader', { name: 'Trained leader + team', exact: true })).toHaveCount(0)
  await evaluate(page).click()
  await expect(progress(page)).toBeVisible(ready)
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('The report is that of the evaluation before.')).toBeVisible()
  await expect(report(page)).toBeVisible()
})

test('a paused run’s leader is compared with the untrained one, question by question', async ({ page }) => {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('1 of 2 steps done')).toBeVisible(ready)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
  await page.getByRole('link', { name: 'Evaluate', exact: true }).click()
  await evaluate(page).click()
  await expect(report(page).getByRole('heading', { name: 'The leader after 1 step' })).toBeVisible(ready)

  const table = page.getByRole('region', { name: 'Table of questions' })
  await expect(table.getByRole('columnheader', { name: 'Trained leader + team', exact: true })).toBeVisible()
  for (const filter of ['All wrong', 'All']) {
    const choice = page.getByRole('radio', { name: new RegExp(`^${filter} \\(`) })
    const label = await choice.locator('..').textContent()
    await choice.check({ force: true })
    const count = Number(/\((\d+)\)/.exec(label ?? '')?.[1])
    await expect(table.getByRole('button')).toHaveCount(Math.min(20, count))
  }
  await table.getByRole('button').first().click()
  await expect(table.getByText('Trained leader + team').last()).toBeVisible()

  const json = await saved(page, 'Save JSON')
  const { setup, questions } = readReport(json)
  expect(setup).toMatchObject({ split: 'dev', seeds: [1], rounds: 1 })
  expect(questions[0]?.questions.map(({ leaders }) => leaders.length)).toEqual(
    Array.from({ length: setup.sizes.questions }, () => 2),
  )
  expect((await saved(page, 'Save CSV')).split('\r\n')[0]).toMatch(/^section,seed,decoding/)
  expect(await saved(page, 'Save page')).toContain('<!doctype html>')
  expect(await saved(page, 'Save as SVG: Every row')).toMatch(/^<svg xmlns=[^]*rgb\(/)

  const choose = page.getByLabel('Report file')
  await choose.setInputFiles({ name: 'notes.json', mimeType: 'application/json', buffer: Buffer.from('{}') })
  await expect(page.getByRole('alert')).toContainText('This is no evaluation report')
  await expect(report(page).getByRole('heading', { name: 'The leader after 1 step' })).toBeVisible()
  await choose.setInputFiles({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from(json) })
  await expect(report(page).getByText('From the file mine.json')).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)

  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)

  await page.reload()
  await page.getByRole('link', { name: 'Evaluate', exact: true }).click()
  const kept = page.getByRole('listitem', { name: /^The leader after 1 step, nano-leader/ })
  await kept.getByRole('button', { name: /^Show/ }).click()
  await expect(report(page).getByText('Kept in this browser on')).toBeVisible()
  await expectAccessible(page)
  await kept.getByRole('button', { name: /^Delete/ }).click()
  await kept.getByRole('button', { name: 'Delete for good' }).click()
  await expect(kept).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`in ${colorScheme} it passes axe, empty and with a whole report, and nothing is wider than a phone`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await open(page, 'evaluate')
    await expect(page.getByRole('heading', { name: 'What will be compared' })).toBeVisible()
    await expectAccessible(page)
    const buffer = Buffer.from(await sampleReport())
    const file = { name: 'report.json', mimeType: 'application/json', buffer }
    await page.getByLabel('Report file').setInputFiles(file)
    await page.getByRole('radio', { name: 'Temperature 1' }).check({ force: true })
    for (const name of ['Accuracy by round', 'pass@k', 'Accuracy against processed tokens'])
      await expect(page.getByRole('img', { name })).toBeVisible()
    const questions = page.getByRole('region', { name: 'Table of questions' })
    await page.getByRole('radio', { name: 'Seed 2' }).check({ force: true })
    await page.getByRole('button', { name: 'Next', exact: true }).click()
    await expect(questions.getByRole('button')).toHaveCount(10)
    await questions.getByRole('button').first().click()
    await expect(questions.getByText('keeps the texts of its first 10 questions')).toBeVisible()
    await page.getByRole('button', { name: 'Table: What each peer is worth' }).click()
    await expectAccessible(page)
    await page.setViewportSize({ width: 360, height: 800 })
    const spare = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    expect(spare).toBeLessThanOrEqual(0)
  })
}
