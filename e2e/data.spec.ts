/** Questions of one's own: read in the browser, shown before they are used, trained on, and kept with the run. */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, open, test } from './page.ts'

const ready = { timeout: 180_000 }

const sums = (count: number) =>
  Array.from({ length: count }, (_, i) => `What is ${i + 11} + 4 + 7?,${i + 22}`).join('\n')
const csv = (text: string, name = 'own.csv') => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })

async function openInspector(page: Page): Promise<void> {
  await open(page, 'train')
  await page.getByText('Take questions from a file').click()
}

const choose = (page: Page, ...files: Parameters<ReturnType<Page['getByLabel']>['setInputFiles']>) =>
  page.getByLabel('Choose files').setInputFiles(...files)
const use = (page: Page) => page.getByRole('button', { name: 'Use these questions' })
const failure = (page: Page) => page.getByRole('alert')

test('a file with faults keeps its good rows, a run trains on them and has them after a reload', async ({
  page,
}) => {
  await openInspector(page)
  const faults = 'What is mixed?,perhaps\nNo gold?,\nWhat is 11 + 4 + 7?,22\nToo,many,fields\n'
  await choose(page, csv(`question,answer\n${sums(40)}\n${faults}`))
  const file = page.getByRole('region', { name: 'own.csv', exact: true })
  await expect(file).toContainText('41 questions, 1 repeated, 2 left out, 0 blank')
  await expect(file).toContainText('40 number, 1 text')
  await file.getByText('2 left out', { exact: true }).click()
  await expect(file.getByText('line 43 has no gold answer in column "answer"')).toBeVisible()
  await expect(file.getByText(/^line 45 has 3 fields instead of 2/)).toBeVisible()
  await file.getByText('1 repeated', { exact: true }).click()
  await expect(file.getByText('line 44 repeats line 2')).toBeVisible()
  await expect(page.getByRole('region', { name: 'First rows of own.csv' })).toContainText(
    'What is 11 + 4 + 7?',
  )
  await use(page).click()
  await expect(page.getByText('The next run trains on 8 questions of own.csv')).toBeVisible()
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('1 of 2 steps done')).toBeVisible(ready)
  await expect(page.getByRole('region', { name: 'Prompt of group 1' })).toContainText(
    /What is \d+ \+ 4 \+ 7\?|mixed/,
  )
  await page.reload()
  await expect(page.getByText('1 of 2 steps done')).toBeVisible()
  await page.getByRole('region', { name: 'Run' }).getByText('Settings', { exact: true }).click()
  await expect(page.getByText('Questions of own.csv')).toBeVisible()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await expect(page.getByRole('region', { name: 'Prompt of group 1' })).toContainText(
    /What is \d+ \+ 4 \+ 7\?|mixed/,
  )
  await page.getByRole('button', { name: 'New run' }).click()
  await page.getByRole('button', { name: 'Use the built-in questions again' }).click()
  await expect(page.getByText('The built-in generators ask')).toBeVisible()
})

test('a run is handed on without its questions, is looked at elsewhere, and goes on with the same file', async ({
  page,
}) => {
  const ownFile = csv(`question,answer\n${sums(40)}`)
  await openInspector(page)
  await choose(page, ownFile)
  await use(page).click()
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('1 of 2 steps done')).toBeVisible(ready)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
  const go = (place: string) =>
    page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click()
  await go('Runs')
  const card = page.getByRole('listitem', { name: 'Tiny, seed 1', exact: true })
  await card.getByText('Files').click()
  await expect(card).toContainText('for everybody who gets it: 31 questions to train on and 9 held out')
  await card.getByRole('checkbox', { name: 'Leave the questions of own.csv out' }).check()
  await expect(card).toContainText('Left out: 31 questions to train on and 9 held out')
  const downloading = page.waitForEvent('download')
  await card.getByRole('button', { name: 'Export run' }).click()
  const bundle = readFileSync(await (await downloading).path())
  await page.getByRole('button', { name: 'Delete Tiny, seed 1' }).click()
  await page
    .getByLabel('Import a run')
    .setInputFiles({ name: 'run.zip', mimeType: 'application/zip', buffer: bundle })
  await expect(card).toContainText('left out of its file: own.csv, 31 to train on, 9 held out')
  await expectAccessible(page)

  await go('Train')
  await page.reload()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(failure(page)).toContainText('cannot go on without its questions', ready)
  await page.getByRole('button', { name: 'New run' }).click()
  await page.getByText('Take questions from a file').click()
  await choose(page, csv(`question,answer\n${sums(20)}`, 'other.csv'))
  await use(page).click()
  await go('Runs')
  await card.getByRole('checkbox', { name: 'Compare' }).check()
  await expect(page.getByRole('region', { name: 'Settings and results' })).toContainText('1 of 2')
  await card.getByRole('button', { name: 'Continue' }).click()
  await expect(failure(page)).toContainText('not the same: other.csv, ')

  await go('Train')
  await page.getByText('Take questions from a file').click()
  await choose(page, { ...ownFile, name: 'copy.csv' })
  await use(page).click()
  await go('Runs')
  await card.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await expect(page.getByRole('region', { name: 'Prompt of group 1' })).toContainText(
    /What is \d+ \+ 4 \+ 7\?/,
  )
  await go('Runs')
  await expect(card).toContainText('Questions of copy.csv')
})

test('columns of other names are mapped by hand', async ({ page }) => {
  await openInspector(page)
  await choose(page, csv(`Frage,Loesung\n${sums(20)}`))
  await expect(failure(page)).toContainText('No column is known to hold the question')
  await expect(use(page)).toHaveCount(0)
  await page.getByLabel('Question', { exact: true }).selectOption('Frage')
  await expect(failure(page)).toContainText('No column is known to hold the answer')
  await page.getByLabel('Right answer').selectOption('Loesung')
  await expect(page.getByText('20 questions in 1 file')).toBeVisible()
  await use(page).click()
  await expect(page.getByText(/The next run trains on \d+ questions of own.csv/)).toBeVisible()
})

test('lines of a megabyte and files of fifty are read beside the page, and what is too long is named', async ({
  page,
}, info) => {
  await openInspector(page)
  const long = JSON.stringify({ question: 'x'.repeat(1_050_000), answer: '1' })
  const good = Array.from({ length: 20 }, (_, i) => `{"question":"What is ${i} + 4?","answer":"${i + 4}"}`)
  const wordy = JSON.stringify({ question: `${'photosynthesis '.repeat(200)}?`, answer: '1' })
  const path = info.outputPath('huge.jsonl')
  writeFileSync(path, [...good, wordy, ...Array.from({ length: 50 }, () => long)].join('\n'))
  await choose(page, path)
  // The page answers while its worker reads.
  await page.getByRole('searchbox', { name: 'Search the settings' }).fill('seed')
  await expect(page.getByText(/settings? match(es)? “seed”/)).toBeVisible()
  await page.keyboard.press('Escape')
  const file = page.getByRole('region', { name: 'huge.jsonl', exact: true })
  await expect(file).toContainText('21 questions, 0 repeated, 50 left out', ready)
  await file.getByText('50 left out', { exact: true }).click()
  await expect(file.getByText(/^line 22 has 1,050,02\d characters; at most 500,000 are read/)).toBeVisible()
  await expect(page.getByText(/1 of 21 are longer than the \d+ tokens that nano-leader has/)).toBeVisible()
})

test('an address, a known format and a paste are read; what cannot be read says why', async ({
  page,
  baseURL,
}) => {
  await openInspector(page)
  const name = page.getByLabel('Address, or name on the hub')
  await name.fill(`${baseURL}datasets/chain.jsonl`)
  await name.press('Enter')
  await expect(page.getByText('24 questions in 1 file')).toBeVisible()
  await choose(page, 'src/mlpo/datasets/fixtures/mmlu.parquet')
  await expect(page.getByRole('region', { name: 'mmlu.parquet', exact: true })).toContainText('MMLU')
  await expect(page.getByRole('region', { name: 'mmlu.parquet', exact: true })).toContainText('choice')
  await name.fill('gsm8k')
  await page.getByRole('button', { name: 'Fetch and read' }).click()
  await expect(failure(page)).toContainText('neither an address')
  await page.getByText('Paste instead').click()
  await page.getByLabel('Rows of CSV, or JSON lines').fill('y'.repeat(600_000))
  await page.getByRole('button', { name: 'Read it' }).click()
  await expect(failure(page)).toContainText('no usable question')
  await choose(page, { name: 'broken.parquet', mimeType: '', buffer: Buffer.from('PAR1 not really') })
  await expect(failure(page)).toContainText('cannot be read as Parquet')
})

test('the Arena draws own questions too, names their source, and marks by their answers', async ({
  page,
}) => {
  await openInspector(page)
  await choose(page, csv(`question,answer\n${sums(20)}`))
  await use(page).click()
  await page.getByRole('link', { name: 'Arena', exact: true }).click()
  const from = page.getByRole('combobox', { name: 'Family' })
  await from.selectOption('own.csv')
  await expect(page.getByRole('radiogroup', { name: 'Difficulty' })).toHaveCount(0)
  const note = page.getByText(/^Question 1 of \d+ from own\.csv\./)
  await expect(note).toContainText('It is held out')
  const question = page.getByRole('textbox', { name: 'Question' })
  await expect(question).toHaveValue(/^What is \d+ \+ 4 \+ 7\?$/)
  const drawn = await question.inputValue()
  await page.getByRole('button', { name: 'Draw another' }).click()
  await expect(page.getByText(/^Question 2 of \d+ from own\.csv\./)).toBeVisible()
  await expect(question).not.toHaveValue(drawn)
  const sum = Number(/\d+/.exec(await question.inputValue())?.[0]) + 11
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible(ready)
  await expect(page.getByText(`From own.csv. The right answer is ${sum}.`)).toBeVisible()
  for (const peer of await page.getByRole('list', { name: 'Peers' }).getByRole('listitem').all())
    await expect(peer).toContainText(/right|wrong|no answer/)
  await question.fill(`${drawn} Or not?`)
  await expect(page.getByText('nothing is marked')).toBeVisible()
  await from.selectOption('boolean')
  await expect(page.getByRole('radiogroup', { name: 'Difficulty' })).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('the report passes axe and is not wider than 360 px', async ({ page }) => {
      const spare = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      await page.setViewportSize({ width: 360, height: 800 })
      await openInspector(page)
      await choose(page, csv(`question,answer\n${sums(20)}\nNo gold?,\n${'w'.repeat(300)}?,1`))
      await expect(use(page)).toBeVisible()
      await page.getByText('Which column is what').click()
      await page.getByText('1 left out', { exact: true }).click()
      await expectAccessible(page)
      expect(await spare()).toBeLessThanOrEqual(0)
      await use(page).click()
      await expectAccessible(page)
      expect(await spare()).toBeLessThanOrEqual(0)
    })
  })
}
