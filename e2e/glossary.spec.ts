/** The field's words: marked once in each place, opened by mouse and by keyboard, in lessons too, and listed with a search. */
import type { Page } from '@playwright/test'
import { expect, expectAccessible, open, test } from './page.ts'

const places = ['arena', 'train', 'evaluate', 'team', 'runs', 'learn', 'recorded', 'storage'] as const

const definition = (page: Page) => page.getByRole('dialog', { name: 'Definition' })
const marks = (page: Page) => page.locator('main .term:visible')

/** How often each definition is offered: by the text of its heading, found by opening one after the other. */
async function titlesOf(page: Page): Promise<readonly string[]> {
  const titles: string[] = []
  for (const mark of await marks(page).all()) {
    await mark.click()
    titles.push(await definition(page).getByRole('heading').innerText())
    await page.keyboard.press('Escape')
    await expect(definition(page)).toHaveCount(0)
    await expect(mark).toBeFocused()
  }
  return titles
}

test('a word opens its definition, by keyboard too, and leads on to the glossary', async ({ page }) => {
  await open(page, 'arena')
  const leader = page.getByRole('main').getByRole('button', { name: 'leader', exact: true })
  await leader.focus()
  await page.keyboard.press('Enter')
  await expect(definition(page)).toContainText('It is the only one that is trained.')
  await page.keyboard.press('Escape')
  await expect(definition(page)).toHaveCount(0)
  await expect(leader).toBeFocused()
  await leader.click()
  await definition(page).getByRole('link', { name: 'All terms' }).click()
  await expect(page.getByRole('heading', { name: 'Glossary' })).toBeVisible()
  await expect(page).toHaveTitle('Glossary · Leader Lab')
  await page.getByRole('searchbox', { name: 'Search' }).fill('lora')
  await expect(page.getByRole('status').filter({ hasText: 'found' })).toContainText('1 term found')
  await expect(page.getByRole('term')).toHaveText(/^LoRA adapter/)
  await page.getByRole('searchbox', { name: 'Search' }).fill('zebra')
  await expect(page.getByText('No term holds these words.')).toBeVisible()
})

test('no place marks a term twice, and each has some that are marked', async ({ page }) => {
  for (const place of places.filter((each) => each !== 'learn' && each !== 'recorded')) {
    await open(page, place)
    await expect(marks(page).first()).toBeVisible()
    const titles = await titlesOf(page)
    expect(new Set(titles).size, place).toBe(titles.length)
  }
})

test('in a step each term is marked once, and a metric’s definition has its formula with the step’s numbers', async ({
  page,
}) => {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('What moved in step 1')).toBeVisible({ timeout: 180_000 })
  await expect(page.getByText('Paused', { exact: true })).toBeVisible()
  const titles = await titlesOf(page)
  expect(new Set(titles).size).toBe(titles.length)
  await page.getByRole('columnheader', { name: 'reward', exact: true }).getByRole('button').click()
  await expect(definition(page).locator('math').first()).toBeVisible()
  await expect(definition(page)).toContainText(/Step 1: \(.+\) ÷ \d+ = /)
})

test('a lesson’s words open too', async ({ page }) => {
  await page.goto('/?preset=tiny&backend=wasm&lesson=groups#/train')
  const panel = page.getByRole('complementary', { name: 'Lesson: A group and its baseline' })
  await panel.getByRole('button', { name: 'group', exact: true }).click()
  await expect(definition(page)).toContainText('compared with each other')
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('the glossary and an open definition pass axe', async ({ page }) => {
      await open(page, 'glossary')
      await expect(page.getByRole('heading', { name: 'Glossary' })).toBeVisible()
      await expect(page.locator('main math').first()).toBeVisible()
      await expectAccessible(page)
      for (const place of ['recorded', 'evaluate'] as const) {
        await open(page, place)
        await marks(page).first().click()
        await expect(definition(page).getByRole('link', { name: 'All terms' })).toBeVisible()
        await expectAccessible(page)
      }
    })
  })
}
