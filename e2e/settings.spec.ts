/** Every setting can be found, changed and put back; what does not go together is refused with its reason. */
import type { Page } from '@playwright/test'
import { expect, expectAccessible, open, test } from './page.ts'

const search = (page: Page) => page.getByRole('searchbox', { name: 'Search the settings' })
const runButton = (page: Page) => page.getByRole('button', { name: 'Run', exact: true })
const spareWidth = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

test('a setting behind a fold is found, changed, named as changed, and put back', async ({ page }) => {
  await open(page, 'train')
  const weightDecay = page.getByRole('textbox', { name: 'Weight decay' })
  await expect(weightDecay).toHaveCount(0)
  await page.keyboard.press('/')
  await expect(search(page)).toBeFocused()
  await page.keyboard.type('shrinks adapter')
  await expect(
    page.getByRole('status').filter({ hasText: '1 setting matches “shrinks adapter”' }),
  ).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Learning rate', exact: true })).toHaveCount(0)
  await weightDecay.fill('0.01')
  await expect(page.getByText('Differs from Tiny')).toContainText('Differs')
  await search(page).focus()
  await page.keyboard.press('Escape')
  await expect(search(page)).toHaveValue('')
  await expect(weightDecay).toHaveCount(0)
  const fold = page.getByText('8 settings of Optimiser, 1 changed')
  await fold.click()
  await expect(weightDecay).toHaveValue('0.01')
  await page.getByRole('button', { name: 'Reset Weight decay' }).click()
  await expect(weightDecay).toHaveValue('0')
  await expect(page.getByText('As the preset Tiny has it.')).toBeVisible()
})

test('a search that finds nothing offers the nearest name', async ({ page }) => {
  await open(page, 'train')
  await search(page).fill('epsilon heigh')
  await expect(page.getByRole('status').filter({ hasText: 'No setting matches' })).toBeVisible()
  await page.getByRole('button', { name: 'epsilon_high' }).click()
  await expect(page.getByRole('textbox', { name: 'Clip above' })).toBeVisible()
})

test('settings that do not go together are refused with the reason, wherever the refused one stands', async ({
  page,
}) => {
  await open(page, 'train')
  await page.getByText('more of Loss').click()
  await page.getByRole('textbox', { name: 'Upper bound of the ratio' }).fill('2')
  await page.getByText('more of Loss').click()
  await expect(page.getByRole('textbox', { name: 'Upper bound of the ratio' })).toHaveCount(0)
  await page.getByRole('combobox', { name: 'Loss', exact: true }).selectOption('sapo')
  // Its fold opens by itself.
  await expect(page.getByRole('alert')).toHaveText(/has no effect with sapo. Allowed: null/)
  await expect(page.getByRole('textbox', { name: 'Upper bound of the ratio' })).toBeVisible()
  await expect(runButton(page)).toHaveCount(0)
  // And it is named above when a search leaves it out.
  await search(page).fill('seed')
  await expect(page.getByRole('alert')).toHaveText(/^delta: This has no effect with sapo/)
  await search(page).fill('delta')
  await page.getByRole('button', { name: 'Reset Upper bound of the ratio' }).click()
  await expect(runButton(page)).toBeVisible()
})

test('links lock and hide settings behind folds, too, also in the search', async ({ page }) => {
  await page.goto('/?preset=tiny&backend=wasm&hide=weight_decay,length&lock=optimiser#/train')
  await search(page).fill('decay')
  await expect(page.getByRole('status').filter({ hasText: 'No setting matches “decay”' })).toBeVisible()
  await search(page).fill('longest context')
  await expect(page.getByRole('textbox', { name: 'Longest context' })).toHaveCount(0)
  await search(page).fill('warm-up')
  await expect(page.getByRole('textbox', { name: 'Warm-up' })).toBeDisabled()
})

test('a setting’s help has its formula, with what is set now', async ({ page }) => {
  await open(page, 'train')
  await page.getByRole('textbox', { name: 'Clip above' }).fill('0.5')
  await page.getByRole('button', { name: 'About Clip above' }).click()
  const formula = page.getByRole('region', { name: 'Formula: Loss of a token, clipped' })
  await expect(formula.locator('math').first()).toBeVisible()
  await expect(formula).toContainText('epsilon_high = 0.5')
  await expect(formula).toContainText('epsilon = 0.2')
  await expectAccessible(page)
  await page.keyboard.press('Escape')
  await expect(formula).toHaveCount(0)
})

test('a switch behind a fold goes into the run', async ({ page }) => {
  await open(page, 'train')
  await page.getByText('settings of Proposals').click()
  await page.getByRole('checkbox', { name: 'Permute seats' }).check()
  await page.getByRole('button', { name: 'Next stage' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible({ timeout: 180_000 })
  await page.getByRole('region', { name: 'Run' }).getByText('Settings', { exact: true }).click()
  await expect(page.getByText('permute_seats')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('all settings, and a search without result, pass axe and are not wider than 360 px', async ({
      page,
    }) => {
      await page.setViewportSize({ width: 360, height: 800 })
      await open(page, 'train')
      for (const fold of await page.locator('.more-settings > summary').all()) await fold.click()
      await expect(page.getByRole('textbox', { name: 'Adam ε' })).toBeVisible()
      await expectAccessible(page)
      expect(await spareWidth(page)).toBeLessThanOrEqual(0)
      await search(page).fill('xyzzy')
      await expect(page.getByText('The nearest name is')).toBeVisible()
      await expectAccessible(page)
      expect(await spareWidth(page)).toBeLessThanOrEqual(0)
    })
  })
}
