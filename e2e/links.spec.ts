/** A link is an experiment: what it sets, hides, locks and expects holds; what is wrong with it is told. */
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, open, test } from './page.ts'

const ready = { timeout: 180_000 }

async function openLink(page: Page, query: string, place = 'train'): Promise<void> {
  await page.goto(`/?backend=wasm&${query}#/${place}`)
  await page.getByRole('navigation', { name: 'Places' }).waitFor()
}

const problems = (page: Page) => page.getByRole('alert', { name: 'Problems of the link' })

test('a teacher makes a link; a student opens it, trains, meets the expectation, and hands in what is read back', async ({
  page,
  context,
}, info) => {
  await open(page, 'train')
  await page.getByRole('textbox', { name: 'Learning rate', exact: true }).fill('0.001')
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this experiment' })
  await dialog.getByLabel('Settings “Loss”').selectOption('hidden')
  await dialog.getByLabel('Place “Team”').selectOption('hidden')
  await dialog.getByText('Single settings').click()
  await dialog.getByRole('combobox', { name: 'Seed', exact: true }).selectOption('locked')
  await dialog.getByLabel('Value', { exact: true }).fill('0')
  await dialog.getByLabel('By step (or end)').fill('2')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByLabel('A word to the student').fill('Watch the <b>reward</b>.')
  const preview = dialog.getByRole('region', { name: 'What the student will see' })
  await expect(preview).toContainText('learning_rate is 0.001')
  await expect(preview).toContainText('Hidden: Settings “Loss”, Place “Team”.')
  await expect(preview).toContainText('Locked: Seed.')
  await expect(preview).toContainText('Reward, mean of a step ≥ 0 by step 2')
  const address = await dialog.getByRole('textbox', { name: 'The link' }).inputValue()
  expect(address).toContain(
    'v=2&preset=tiny&learning_rate=0.001&hide=loss,team&lock=seed&expect=reward%3E=0@2',
  )

  const student = await context.newPage()
  await student.goto(address)
  const banner = student.getByRole('region', { name: 'Set by the link' })
  await expect(banner).toContainText('Watch the <b>reward</b>.')
  await expect(banner).toContainText('hides Settings “Loss”, Place “Team” and locks Seed')
  await expect(student.getByRole('textbox', { name: 'Learning rate', exact: true })).toHaveValue('0.001')
  await expect(student.getByRole('textbox', { name: 'Seed', exact: true })).toBeDisabled()
  await expect(student.getByRole('group', { name: 'Loss' })).toHaveCount(0)
  await expect(student.getByRole('link', { name: 'Team', exact: true })).toHaveCount(0)
  const expected = student.getByRole('region', { name: 'Expected' })
  await expect(expected).toContainText('pending')
  await student.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(student.getByText('Finished', { exact: true })).toBeVisible(ready)
  await expect(expected).toContainText(/met at step [12], with 0/)
  await student.getByText('Hand in the result').click()
  await student.getByLabel('Name in the file, if you like').fill('Ada')
  const downloading = student.waitForEvent('download')
  await student.getByRole('button', { name: 'Save the result' }).click()
  const download = await downloading
  expect(download.suggestedFilename()).toMatch(/^leader-lab-result-Ada-run-.*\.json$/)
  const file = info.outputPath('ada.json')
  await download.saveAs(file)
  await student.close()

  await dialog.getByRole('button', { name: 'Close' }).click()
  await page.getByRole('link', { name: 'Learn', exact: true }).click()
  const content = readFileSync(file, 'utf8')
  const forged = content
    .replace(/"seed": 1\b/, '"seed": 9')
    .replace('"state": "met"', '"state": "missed"')
    .replace('"Ada"', '"Bob"')
  await page.getByLabel('Choose result files').setInputFiles([
    { name: 'ada.json', mimeType: 'application/json', buffer: Buffer.from(content) },
    { name: 'bob.json', mimeType: 'application/json', buffer: Buffer.from(forged) },
    { name: 'holiday.json', mimeType: 'application/json', buffer: Buffer.from('{"photo": 1}') },
    { name: 'cut.json', mimeType: 'application/json', buffer: Buffer.from(content.slice(0, 500)) },
  ])
  const ada = page.getByRole('article', { name: 'Ada' })
  await expect(ada).toContainText('Tiny, 2 of 2 steps')
  await expect(ada).toContainText(/met at step [12]/)
  await expect(ada).toContainText('Settings are those of the link.')
  const bob = page.getByRole('article', { name: 'Bob' })
  await expect(bob).toContainText('Differs from the link: seed 1 → 9')
  await expect(bob).toContainText('The file itself says otherwise.')
  await expect(page.getByText(/holiday\.json is not a result of this page/)).toBeVisible()
  await expect(page.getByText(/cut\.json is not a result of this page: it holds no JSON/)).toBeVisible()
})

test('what a link hides and locks comes back with “Show everything”, also after a reload', async ({
  page,
}) => {
  await openLink(page, 'preset=tiny&hide=settings,stages,arena,share&lock=preset', 'arena')
  await expect(page.getByRole('heading', { name: 'Not part of this experiment' })).toBeVisible()
  await page.getByRole('link', { name: 'Go to Train' }).click()
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Seed', exact: true })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Next step' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Share', exact: true })).toHaveCount(0)
  await page.getByRole('main').focus()
  await page.keyboard.press('.')
  await expect(page.getByText('Getting ready')).toHaveCount(0)
  await page.getByRole('button', { name: 'Team: Tiny' }).click()
  await expect(page.getByRole('dialog', { name: 'Team' })).toContainText('The preset is locked by the link')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Show everything' }).click()
  for (const when of ['now', 'after a reload']) {
    await expect(page.getByRole('textbox', { name: 'Seed', exact: true }), when).toBeVisible()
    await expect(page.getByRole('button', { name: 'Next step' }), when).toBeVisible()
    await expect(page.getByRole('button', { name: 'Share', exact: true }), when).toBeVisible()
    await page.reload()
  }
})

test('a locked team can be read and not changed', async ({ page }) => {
  await openLink(page, 'preset=tiny&lock=team', 'team')
  await expect(page.getByText('The team is locked by the link')).toBeVisible()
  await expect(page.getByLabel('Model of the leader')).toBeDisabled()
  await expect(page.getByRole('button', { name: 'Remove peer 1' })).toBeDisabled()
  await page.getByRole('button', { name: 'Show everything' }).click()
  await expect(page.getByLabel('Model of the leader')).toBeEnabled()
})

test('a reload goes on with the run of the link; another link shows its own experiment', async ({ page }) => {
  await openLink(page, 'v=1&preset=tiny&seed=5&expect=reward>9')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
  await page.reload()
  await expect(page.getByText('1 of 2 steps done')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Expected' })).toContainText('pending')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('region', { name: 'Expected' })).toContainText('missed; the best was', ready)
  await openLink(page, 'v=1&preset=tiny&seed=6')
  await expect(page.getByRole('textbox', { name: 'Seed', exact: true })).toHaveValue('6')
})

test('questions and code of one’s own stay behind: the link names them, and asks for them until they are there', async ({
  page,
  context,
}) => {
  const rows = Array.from({ length: 20 }, (_, i) => `What is ${i + 11} + 4?,${i + 15}`).join('\n')
  const file = { name: 'own.csv', mimeType: 'text/csv', buffer: Buffer.from(`question,answer\n${rows}`) }
  const load = async (of: Page) => {
    await of.getByText('Take questions from a file').click()
    await of.getByLabel('Choose files').setInputFiles(file)
    await of.getByRole('button', { name: 'Use these questions' }).click()
  }
  await open(page, 'train')
  await load(page)
  await page.getByRole('button', { name: 'Write a reward of your own' }).click()
  await page.getByRole('button', { name: 'Share', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this experiment' })
  const behind = dialog.getByRole('region', { name: 'What the link does not carry' })
  await expect(behind).toContainText('Questions of own.csv stay here.')
  await expect(behind).toContainText(/The reward “\w+” stays here\./)
  await dialog.getByLabel('Settings “Questions”').selectOption('hidden')
  await expect(behind).toContainText('open “Questions”')
  await dialog.getByLabel('Settings “Questions”').selectOption('open')
  await expect(behind).not.toContainText('open “Questions”')
  await expectAccessible(page)
  const address = await dialog.getByRole('textbox', { name: 'The link' }).inputValue()
  expect(address).toContain('own_questions=own.csv&own_rewards=')
  expect(address).not.toMatch(/custom_reward|export/)

  const student = await context.newPage()
  await student.goto(address)
  const banner = student.getByRole('region', { name: 'Set by the link' })
  await expect(banner).toContainText('needs something that no link can carry')
  await expect(banner).toContainText('Questions of own.csv are missing. Load the same file in Train')
  await expect(banner).toContainText(/The reward “\w+” is missing\..* the weight 0\.1\./)
  await expectAccessible(student)
  await load(student)
  await expect(banner).toContainText('Questions of own.csv are loaded.')
  // The student is on the teacher's machine, where its code is.
  await student.getByRole('button', { name: 'Take “mine”, written before' }).click()
  await expect(banner).toContainText('All that a link cannot carry is there.')
})

const hostile: readonly (readonly [string, string, RegExp])[] = [
  ['an unknown key', 'sead=5', /sead.*did you mean seed/],
  ['a value out of range', 'learning_rate=7', /learning_rate=7.*from 0 to 1/],
  ['an unknown version', 'v=9&seed=4', /v=9.*version 1 and 2/],
  ['a script', `note=${encodeURIComponent('<img src=x onerror=alert(1)>')}`, /looks like a script/],
  ['code', 'custom_rewards=mine', /would bring code/],
  ['own rewards without weights', 'own_rewards=mine', /own_rewards=mine.*name:weight/],
  ['too much', `note=${'x'.repeat(7000)}`, /has \d+ characters; at most/],
  ['an unknown control', 'hide=everything', /names no part of the page/],
  ['an unknown figure', 'expect=joy>1', /is not measured/],
]

test('each fault of a link has its notice, and the page works with the rest', async ({ page }) => {
  page.on('dialog', () => {
    throw new Error('a script ran')
  })
  for (const [name, query, notice] of hostile) {
    await openLink(page, `preset=tiny&${query}`)
    await expect(problems(page), name).toContainText(notice)
    await expect(page.getByRole('button', { name: 'Run', exact: true }), name).toBeVisible()
    await problems(page).getByRole('button', { name: 'Close' }).click()
    await expect(problems(page)).toHaveCount(0)
  }
  await openLink(page, 'preset=tiny&seed=4&learning_rate=7')
  await expect(page.getByRole('textbox', { name: 'Seed', exact: true })).toHaveValue('4')
})
