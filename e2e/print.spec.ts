/** A report on paper: A4, light whatever the theme, nothing that can only be clicked; on the page and in the saved file. */
import type { Page } from '@playwright/test'
import { readReport } from '../src/mlpo/evaluation/report-read.ts'
import { reportHtml } from '../src/mlpo/evaluation/report-html.ts'
import { expect, open, test } from './page.ts'
import { sampleReport } from './report.ts'

const ink = (page: Page) =>
  page.evaluate(() => {
    const colour = getComputedStyle(document.body).color
    return Math.max(...(colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number))
  })

/** Sizes of the pages, in points. */
async function pagesOf(page: Page): Promise<readonly string[]> {
  const pdf = await page.pdf({ preferCSSPageSize: true })
  return [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[([^\]]+)\]/g)].map(([, box = '']) =>
    box
      .trim()
      .split(/\s+/)
      .slice(2)
      .map((size) => Math.round(Number(size)))
      .join(' × '),
  )
}

/** Where a figure or a row could be cut, or a table goes on without its head. */
const cuts = (page: Page) =>
  page.evaluate(() => {
    const parts = [...document.querySelectorAll('figure, .report-figure, article tr, table tr')]
    const cut = parts.filter((part) => getComputedStyle(part).breakInside !== 'avoid').length
    const heads = [...document.querySelectorAll('thead')]
    return cut + heads.filter((head) => getComputedStyle(head).display !== 'table-header-group').length
  })

test.use({ colorScheme: 'dark' })

test('a report in the page is printed without header, settings and buttons', async ({ page }) => {
  await open(page, 'evaluate')
  const buffer = Buffer.from(await sampleReport())
  const file = { name: 'report.json', mimeType: 'application/json', buffer }
  await page.getByLabel('Report file').setInputFiles(file)
  await expect(page.getByRole('img', { name: 'Accuracy by round' })).toBeVisible()
  await page.getByRole('button', { name: 'Table: What each peer is worth' }).click()
  expect(await ink(page)).toBeGreaterThan(200)
  await page.emulateMedia({ media: 'print' })
  expect(await ink(page)).toBeLessThan(60)
  await expect(page.getByRole('navigation')).toHaveCount(0)
  // A word of the glossary is a part of its sentence.
  for (const button of await page.getByRole('button').all())
    await expect(button).toHaveClass(/^(question-open|term)$/)
  await expect(page.locator('.report-head .term').first()).toBeVisible()
  await expect(page.getByText('What this report leaves out')).toBeVisible()
  await expect(page.locator('.report-head details li').first()).toBeVisible()
  expect(await cuts(page)).toBe(0)
  const pages = await pagesOf(page)
  expect(pages.length).toBeGreaterThan(2)
  expect(new Set(pages)).toEqual(new Set(['595 × 842']))
})

test('the saved page prints its figures and all of its tables', async ({ page }) => {
  await page.setContent(reportHtml(readReport(await sampleReport())))
  expect(await ink(page)).toBeGreaterThan(200)
  await page.emulateMedia({ media: 'print' })
  expect(await ink(page)).toBeLessThan(60)
  for (const table of await page.locator('details table').all()) await expect(table).toBeVisible()
  expect(await cuts(page)).toBe(0)
  const pages = await pagesOf(page)
  expect(pages.length).toBeGreaterThan(2)
  expect(new Set(pages)).toEqual(new Set(['595 × 842']))
})
