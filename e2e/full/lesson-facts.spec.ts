/** What lessons 2 and 7 say of their runs is what the page shows of them: each link is opened, run, and read. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expect, numberOf, test } from '../page.ts'

const done = { timeout: 300_000 }

/** The links of a lesson, by the label of their button. */
function linksOf(lesson: string): ReadonlyMap<string, string> {
  const path = fileURLToPath(new URL(`../../src/ui/learn/lessons/${lesson}.md`, import.meta.url))
  const blocks = readFileSync(path, 'utf8').matchAll(/label: (.+)\nplace: train\nlink: (.+)\n/g)
  return new Map([...blocks].map(([, label = '', link = '']) => [label, link]))
}

async function runLink(page: Page, lesson: string, label: string): Promise<void> {
  const link = linksOf(lesson).get(label)
  if (link === undefined) throw new Error(`lesson ${lesson} has no link “${label}”`)
  await page.goto(`/${link}&backend=wasm#/train`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(done)
}

/** The values of a curve, step by step, from its table. */
async function curve(page: Page, title: string): Promise<number[]> {
  await page.getByRole('button', { name: `Table of ${title}` }).click()
  const rows = page.getByRole('region', { name: `Table of ${title}` }).locator('tbody tr')
  const cells = await rows.locator('td').evaluateAll((all) => all.map((cell) => cell.textContent))
  return cells.map((text) => numberOf(text.replace(/[\s\u202f]*(nats|tokens|%)$/, '')))
}

const last = (values: readonly number[]) => values.at(-1) ?? Number.NaN

async function moved(page: Page): Promise<number> {
  const row = page.locator('.update-part dl > div', { hasText: 'Adapter moved by' })
  return numberOf((await row.locator('dd span').textContent()) ?? '')
}

test('run A pulls and does not move', async ({ page }) => {
  await runLink(page, 'curves', 'Open run A')
  expect(await moved(page)).toBe(0)
  expect(Math.max(...(await curve(page, 'Gradient norm')))).toBeGreaterThan(0)
  expect(Math.min(...(await curve(page, 'Idle groups')))).toBeLessThan(100)
})

test('run B has next to no entropy, and nearly only idle groups', async ({ page }) => {
  await runLink(page, 'curves', 'Open run B')
  expect(Math.max(...(await curve(page, 'Entropy')))).toBeLessThan(0.05)
  const idle = await curve(page, 'Idle groups')
  expect(idle.filter((share) => share >= 75).length).toBeGreaterThan(idle.length / 2)
})

test('run C has the highest reward, sound entropy, and idle groups alone', async ({ page }) => {
  await runLink(page, 'curves', 'Open run C')
  expect(Math.min(...(await curve(page, 'Idle groups')))).toBeGreaterThan(90)
  expect(Math.min(...(await curve(page, 'Entropy')))).toBeGreaterThan(0.05)
  expect(Math.max(...(await curve(page, 'Gradient norm')))).toBeLessThan(1e-3)
})

test('run D is cut off', async ({ page }) => {
  await runLink(page, 'curves', 'Open run D')
  expect(Math.min(...(await curve(page, 'Length')))).toBeGreaterThan(10)
  const groups = page.getByRole('radiogroup', { name: 'Group' }).getByRole('radio')
  let cut = 0
  for (let at = 0; at < (await groups.count()); at++) {
    await groups.nth(at).check({ force: true })
    cut += await page.getByText('Cut off at the length limit.').count()
  }
  expect(cut).toBeGreaterThan(0)
})

test('run E collapses: no reward, no end, high entropy', async ({ page }) => {
  await runLink(page, 'curves', 'Open run E')
  const rewards = await curve(page, 'Reward')
  expect(rewards[0]).toBeGreaterThan(0.4)
  expect(last(rewards)).toBeLessThan(0.1)
  expect(last(await curve(page, 'Length'))).toBeGreaterThan(40)
  const entropy = await curve(page, 'Entropy')
  expect(last(entropy)).toBeGreaterThan((entropy[0] ?? Number.NaN) * 3)
})

test('a price on tokens halves the length, and thoughts keep naming peers', async ({ page }) => {
  await runLink(page, 'rewards', 'Charge for every token')
  const length = await curve(page, 'Length')
  expect(last(length)).toBeLessThan((length[0] ?? Number.NaN) * 0.7)
  await expect(page.locator('.row-text').first()).toContainText(/agree|follow|peer/i)
})

test('the form alone teaches nothing', async ({ page }) => {
  await runLink(page, 'rewards', 'Pay for the form alone')
  expect(Math.min(...(await curve(page, 'Idle groups')))).toBeGreaterThan(90)
})
