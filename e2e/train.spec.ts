import type { Page } from '@playwright/test'
import { expect, numberOf, open, test } from './page.ts'

const ready = { timeout: 180_000 }

const rowsOf = (page: Page, title: string) =>
  page.getByRole('region', { name: `Table of ${title}` }).getByRole('row')

test('a run trains the real team: its curves get points and its adapter moves', async ({ page }) => {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await page.getByRole('button', { name: 'Table of Reward' }).click()
  // The head, and one row for each of tiny's two steps.
  await expect(rowsOf(page, 'Reward')).toHaveCount(3)
  await page.getByRole('button', { name: 'Table of Held-out accuracy' }).click()
  expect(await rowsOf(page, 'Held-out accuracy').count()).toBeGreaterThan(1)
  const moved = page.getByRole('region', { name: /What moved in step 2/ })
  await expect(moved).toBeVisible()
  const distance = await moved
    .locator('dt', { hasText: 'Adapter moved by' })
    .locator('..')
    .locator('dd span')
    .textContent()
  expect(numberOf(distance ?? '')).toBeGreaterThan(0)
})

test('traces come first where they are asked for, can be read one by one, and the steps follow', async ({
  page,
}) => {
  await open(page, 'train')
  await page.getByRole('combobox', { name: 'Traces first' }).selectOption('splice')
  await page.getByRole('textbox', { name: 'Questions for traces' }).fill('6')
  await page.getByRole('textbox', { name: 'Longest trace' }).fill('48')
  await page.getByRole('button', { name: 'Next step' }).click()
  const traces = page.getByRole('region', { name: 'Traces first' })
  await expect(traces.getByText(/^1 question: /)).toBeVisible(ready)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await expect(traces.getByText(/^6 questions: /)).toBeVisible()
  await expect(traces.getByText(/^Learnt from in \d+ updates/)).toBeVisible()
  await traces.getByText('Read the traces').click()
  await expect(traces.getByText(/^1 of \d/)).toBeVisible()
  await expect(traces.locator('dt', { hasText: 'The trace' }).locator('+ dd')).toHaveText(
    /^<think>.*<\/answer>$/,
  )
  await expect(page.getByRole('region', { name: /What moved in step 2/ })).toBeVisible()
})

test('a trained leader can be asked beside the untrained one', async ({ page }) => {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await page.getByRole('link', { name: 'Ask the trained leader in the Arena' }).click()
  await expect(page.getByRole('radio', { name: 'Both' })).toBeChecked()
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible(ready)
  await expect(page.getByRole('article', { name: 'Leader before training' })).toBeVisible()
  await expect(page.getByRole('article', { name: 'Leader after 2 steps' })).toBeVisible()
})

test('stage by stage: each shows only what exists, and advantages follow from the shown rewards', async ({
  page,
}) => {
  await open(page, 'train')
  const next = page.getByRole('button', { name: 'Next stage' })
  const stage = (name: string) =>
    page.getByRole('listitem').filter({ hasText: name }).and(page.locator('[aria-current=step]'))
  const table = page.getByRole('table').first()

  await next.click()
  await expect(stage('Prompt')).toBeVisible(ready)
  await expect(page.getByRole('region', { name: 'Prompt of group 1' })).toBeVisible()
  await expect(page.getByText('The leader’s 2 completions')).toHaveCount(0)

  await next.click()
  await expect(stage('Sample')).toBeVisible(ready)
  await expect(table.getByRole('row')).toHaveCount(3)
  await expect(table.getByRole('columnheader', { name: 'reward', exact: true })).toHaveCount(0)

  await next.click()
  await expect(stage('Score')).toBeVisible(ready)
  await expect(table.getByRole('columnheader', { name: 'reward', exact: true })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Advantage/ })).toHaveCount(0)

  await next.click()
  await expect(stage('Advantage')).toBeVisible(ready)
  for (const group of [1, 2]) {
    await page.getByRole('radio', { name: new RegExp(`^Group ${group}`) }).check({ force: true })
    const rewards = (await page.locator('td.row-reward').allTextContents()).map(numberOf)
    const advantages = (await page.locator('.advantage-value').allTextContents()).map(numberOf)
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length
    expect(advantages).toHaveLength(2)
    advantages.forEach((advantage, row) =>
      expect(advantage).toBeCloseTo((rewards[row] ?? Number.NaN) - mean, 2),
    )
  }
  await page.getByRole('button', { name: /^Advantage .* of completion 1/ }).click()
  await expect(page.getByRole('dialog', { name: 'Arithmetic of completion 1' })).toContainText(
    'A = r − mean(r)',
  )
  await page.keyboard.press('Escape')
  await expect(page.getByRole('listbox', { name: 'Tokens' })).toHaveCount(0)

  await next.click()
  await expect(stage('Loss')).toBeVisible(ready)
  await expect(page.getByRole('listbox', { name: 'Tokens' })).toBeVisible()
  await expect(page.getByText('What moved in step 1')).toHaveCount(0)

  await next.click()
  await expect(stage('Update')).toBeVisible(ready)
  await expect(page.getByText('What moved in step 1')).toBeVisible()
})

test('a reload in mid-run shows the run paused with its history, and it goes on to its end', async ({
  page,
}) => {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('1 of 2 steps done')).toBeVisible(ready)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
  await page.reload()
  await expect(page.getByText('1 of 2 steps done')).toBeVisible()
  await page.getByRole('button', { name: 'Table of Reward' }).click()
  await expect(rowsOf(page, 'Reward')).toHaveCount(2)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await expect(rowsOf(page, 'Reward')).toHaveCount(3)
})

test('whoever leaves a saved run for a new one finds its settings in the form', async ({ page }) => {
  await open(page, 'train')
  const seed = page.getByRole('textbox', { name: 'Seed', exact: true })
  await seed.fill('5')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
  await page.reload()
  await page.getByRole('button', { name: 'Start a new run instead' }).click(ready)
  await expect(seed).toHaveValue('5')
  await expect(page.getByText('Differs from Tiny')).toBeVisible()
})

test('a setting that is refused says why, and a run cannot begin until it is right', async ({ page }) => {
  await open(page, 'train')
  const size = page.getByRole('textbox', { name: 'Completions per prompt' })
  await size.fill('1')
  await expect(page.getByRole('alert')).toContainText('2 to 64')
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toHaveCount(0)
  await page.getByRole('button', { name: 'Reset Completions per prompt' }).click()
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible()
})

test('the keys do what the buttons do', async ({ page }) => {
  await open(page, 'train')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('.')
  await expect(page.getByRole('radio', { name: /^Group 1/ })).toBeChecked(ready)
  await page.getByRole('main').focus()
  await page.keyboard.press('ArrowRight')
  await expect(page.getByRole('radio', { name: /^Group 2/ })).toBeChecked()
})
