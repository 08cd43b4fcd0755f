/** Runs: what was trained is kept, named, compared, forked with other settings, deleted and taken back. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { strFromU8, unzipSync } from 'fflate'
import { expect, expectAccessible, open, test } from './page.ts'

const ready = { timeout: 180_000 }
const go = (page: Page, place: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click()
const card = (page: Page, name: string) => page.getByRole('listitem', { name, exact: true })

async function oneStep(page: Page) {
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('What moved in step 1')).toBeVisible(ready)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
}

/** Of the run of that card, whose “Files” is still closed. */
async function exportedAdapter(page: Page): Promise<Buffer> {
  await card(page, 'Tiny, seed 1').getByText('Files').click()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export adapter of Tiny, seed 1' }).click()
  return readFileSync(await (await downloading).path())
}

/** As a file, and Runs is empty again. */
async function adapterOfOneStep(page: Page): Promise<Buffer> {
  await open(page, 'train')
  await oneStep(page)
  await go(page, 'Runs')
  const file = await exportedAdapter(page)
  await page.getByRole('button', { name: 'Delete Tiny, seed 1' }).click()
  return file
}

test('a run is named, forked with another rate, compared with its fork, and goes on', async ({ page }) => {
  await open(page, 'train')
  await oneStep(page)
  await go(page, 'Runs')
  await expect(page.getByText('1 run in this browser')).toBeVisible()
  await page.getByRole('button', { name: 'Edit Tiny, seed 1' }).click()
  await page.getByLabel('Name').fill('First <b>try</b>')
  await page.getByLabel('Notes').fill('Both right.')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(card(page, 'First <b>try</b>')).toContainText('Both right.')
  await expect(card(page, 'First <b>try</b>')).toContainText('1 of 2')

  await page.getByRole('button', { name: 'Fork after step 1 of First <b>try</b>' }).click()
  await expect(page.getByText('The next run goes on from')).toContainText('First <b>try</b> after step 1')
  await page.getByRole('textbox', { name: 'Learning rate', exact: true }).fill('0.001')
  await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('3')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('2 of 3 steps done')).toBeVisible(ready)
  await expect(page.getByText('What moved in step 2')).toBeVisible(ready)

  await go(page, 'Runs')
  await expect(page.getByText('2 runs in this browser')).toBeVisible()
  const fork = card(page, 'Tiny, seed 1')
  await expect(fork).toContainText('Differs from First <b>try</b> after step 1')
  await expect(fork).toContainText('learning_rate 0.002 → 0.001')
  await page.getByRole('checkbox', { name: 'Compare Tiny, seed 1' }).check()
  await page.getByRole('checkbox', { name: 'Compare First <b>try</b>' }).check()
  const table = page.getByRole('region', { name: 'Settings and results' })
  await expect(table.getByRole('row', { name: /^Learning rate/ })).toContainText('0.001')
  await expect(table.getByRole('row', { name: /^Steps/ }).first()).toContainText('2 of 3')
  await page.getByRole('button', { name: 'Table of Reward' }).click()
  await expect(page.getByRole('region', { name: 'Table of Reward' }).getByRole('row')).toHaveCount(3)

  await page.getByRole('button', { name: 'Continue First <b>try</b>' }).click()
  await expect(page.getByText('1 of 2 steps done')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
})

test('a run is forked from a milestone that it has long passed; all of them count, and go with it', async ({
  page,
}) => {
  await open(page, 'train')
  await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('9')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await go(page, 'Runs')
  const choice = page.getByLabel('Step to fork Tiny, seed 1 after')
  await expect(choice.getByRole('option')).toHaveText(['9', '8', '6', '4', '2'])
  const sizeOf = async (text: Promise<string | null>) => Number(/([\d.]+)\sMB/.exec((await text) ?? '')?.[1])
  const shown = await sizeOf(card(page, 'Tiny, seed 1').locator('.run-facts').textContent())
  await choice.selectOption('4')
  await page.getByRole('button', { name: 'Fork after step 4 of Tiny, seed 1' }).click()
  await expect(page.getByText('The next run goes on from')).toContainText('Tiny, seed 1 after step 4')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('What moved in step 5')).toBeVisible(ready)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
  await go(page, 'Runs')
  const fork = card(page, 'Tiny, seed 1 (2)')
  await expect(fork).toContainText('from Tiny, seed 1 after step 4')
  await expect(page.getByLabel('Step to fork Tiny, seed 1 (2) after').getByRole('option')).toHaveText([
    '5',
    '4',
  ])

  await page.getByRole('button', { name: 'Delete Tiny, seed 1 (2)' }).click()
  await page.getByText('1 deleted run').click()
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByText('1 deleted run')).toHaveCount(0)
  await page.getByRole('link', { name: 'All that is kept' }).click()
  const runs = page.getByRole('listitem', { name: 'Runs', exact: true })
  await expect(runs).toContainText('1 run')
  // Its notes count here, too.
  expect(Math.abs((await sizeOf(runs.textContent())) - shown)).toBeLessThan(0.11)
  await runs.getByRole('button', { name: /^Delete/ }).click()
  await page.getByRole('button', { name: /^Delete .* for good$/ }).click()
  await expect(runs).toContainText('nothing')
})

test('a deleted run is gone after a reload, comes back by undo, and goes for good when asked', async ({
  page,
}) => {
  await open(page, 'train')
  await oneStep(page)
  await go(page, 'Runs')
  await page.getByRole('button', { name: 'Delete Tiny, seed 1' }).click()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(card(page, 'Tiny, seed 1')).toBeVisible()
  await page.getByRole('button', { name: 'Delete Tiny, seed 1' }).click()
  await expect(page.getByText('No run has been kept here yet.')).toBeVisible()
  await open(page, 'train')
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible()
  await go(page, 'Runs')
  await page.getByText('1 deleted run').click()
  await page.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page.getByText('0 runs in this browser, 0.0')).toBeVisible()
})

test('what one tab says of a run does not undo what another says', async ({ page, context }) => {
  await open(page, 'train')
  await oneStep(page)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
  const other = await context.newPage()
  for (const tab of [page, other]) {
    if (tab === other) await open(tab, 'train')
    await go(tab, 'Runs')
    await tab.getByRole('button', { name: 'Delete Tiny, seed 1' }).waitFor()
  }
  await other.getByRole('button', { name: 'Delete Tiny, seed 1' }).click()
  await expect(other.getByText('No run has been kept here yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Edit Tiny, seed 1' }).click()
  await page.getByLabel('Name').fill('Named')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('No run has been kept here yet.')).toBeVisible()
  await page.getByText('1 deleted run').click()
  await expect(page.locator('.runs-deleted')).toContainText('Named')
})

test('an exported run comes back as another one and goes on; a damaged file is refused', async ({ page }) => {
  await open(page, 'train')
  await oneStep(page)
  await go(page, 'Runs')
  await card(page, 'Tiny, seed 1').getByText('Files').click()
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export run Tiny, seed 1' }).click()
  const path = await (await downloading).path()
  const bytes = readFileSync(path)
  const file = (buffer: Buffer) => ({ name: 'run.zip', mimeType: 'application/zip', buffer })
  await page.getByLabel('Import a run').setInputFiles(file(bytes.subarray(0, bytes.length - 40)))
  await expect(page.getByRole('alert')).toContainText('run.zip cannot be imported')
  await expect(page.getByText('1 run in this browser')).toBeVisible()

  await page.getByRole('button', { name: 'Delete Tiny, seed 1' }).click()
  await page.getByLabel('Import a run').setInputFiles(file(bytes))
  await expect(card(page, 'Tiny, seed 1')).toContainText('Imported from run.zip')
  await page.getByRole('button', { name: 'Continue Tiny, seed 1' }).click()
  await expect(page.getByText('1 of 2 steps done')).toBeVisible()
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('What moved in step 2')).toBeVisible(ready)
})

test('an exported adapter comes back, leads in the Arena, and is trained on; another model’s is refused', async ({
  page,
}) => {
  const buffer = await adapterOfOneStep(page)
  await expect(page.getByText('0 runs in this browser')).toBeVisible()

  const entries = unzipSync(new Uint8Array(buffer))
  const config = JSON.parse(strFromU8(entries['adapter_config.json'] ?? new Uint8Array())) as object
  const other = JSON.stringify({ ...config, base_model_name_or_path: 'other-model' })
  const weights = Buffer.from(entries['adapter_model.safetensors'] ?? [])
  await page.getByLabel('Import an adapter').setInputFiles([
    { name: 'adapter_config.json', mimeType: 'application/json', buffer: Buffer.from(other) },
    { name: 'adapter_model.safetensors', mimeType: 'application/octet-stream', buffer: weights },
  ])
  await expect(page.getByRole('alert')).toContainText(
    'base_model_name_or_path should be nano-leader but is other-model',
  )
  await expect(page.getByText('0 runs in this browser')).toBeVisible()

  await page
    .getByLabel('Import an adapter')
    .setInputFiles({ name: 'mine.zip', mimeType: 'application/zip', buffer })
  await expect(card(page, 'Adapter mine.zip')).toContainText('Adapter imported from mine.zip')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Continue Adapter mine.zip' }).click()
  await expect(page.getByText('The leader has the adapter mine.zip')).toBeVisible()
  await page.getByRole('link', { name: 'Ask the trained leader in the Arena' }).click()
  await page.getByRole('radio', { name: 'with adapter mine.zip' }).check({ force: true })
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible(ready)
  await go(page, 'Train')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('What moved in step 1')).toBeVisible(ready)
})

test('an imported adapter is evaluated, and forked before its first step, where training goes on from it', async ({
  page,
}) => {
  const buffer = await adapterOfOneStep(page)
  await page
    .getByLabel('Import an adapter')
    .setInputFiles({ name: 'mine.zip', mimeType: 'application/zip', buffer })
  const imported = card(page, 'Adapter mine.zip')
  await imported.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('link', { name: 'evaluate it' }).click()
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click()
  const report = page.getByRole('article', { name: 'Report' })
  await expect(report.getByRole('heading', { name: 'The trained leader' })).toBeVisible(ready)
  await page.getByRole('button', { name: 'Table: Every row' }).click()
  const rows = page.getByRole('region', { name: 'Table: Rows' })
  await expect(rows.getByRole('rowheader', { name: 'Trained leader + team', exact: true })).toBeVisible()

  await go(page, 'Runs')
  await page.getByRole('button', { name: 'Fork after step 0 of Adapter mine.zip' }).click()
  await expect(page.getByText('The next run goes on from')).toContainText('Adapter mine.zip after step 0')
  await oneStep(page)
  await go(page, 'Runs')
  const fork = card(page, 'Tiny, seed 1')
  await expect(fork).toContainText('Adapter mine.zip after step 0')
  await expect(page.getByLabel('Step to fork Tiny, seed 1 after').getByRole('option')).toHaveText(['1', '0'])
  const trained = await exportedAdapter(page)
  const weightsOf = (zip: Buffer) =>
    Buffer.from(unzipSync(new Uint8Array(zip))['adapter_model.safetensors'] ?? [])
  const [before, after] = [weightsOf(buffer), weightsOf(trained)]
  expect(after.length).toBe(before.length)
  // From an untrained leader the same seed would have made the same step again, and the adapter that was imported.
  expect(after.equals(before)).toBe(false)
})

for (const colorScheme of ['light', 'dark'] as const)
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('Runs passes axe and fits 360 px, empty and with a run', async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 800 })
      await page.goto('/?preset=tiny&backend=wasm#/runs')
      await expect(page.getByText('No run has been kept here yet.')).toBeVisible()
      await expectAccessible(page)
      await go(page, 'Train')
      await oneStep(page)
      await go(page, 'Runs')
      await page.getByRole('checkbox', { name: 'Compare Tiny, seed 1' }).check()
      await page.getByRole('button', { name: 'Edit Tiny, seed 1' }).click()
      await expectAccessible(page)
      const spare = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(spare).toBeLessThanOrEqual(0)
    })
  })
