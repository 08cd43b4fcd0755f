import { expect, open, test } from './page.ts'

const ready = { timeout: 180_000 }

test('a run that stands still is told why, and a click begins another with the rate that was missing', async ({
  page,
}) => {
  await open(page, 'train')
  await page.getByRole('textbox', { name: 'Learning rate', exact: true }).fill('0')
  await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('4')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await page.getByText('Why isn’t it learning?').click()
  const finding = page.locator('.finding').filter({ hasText: 'The adapter does not move.' })
  await expect(finding.getByRole('row', { name: /^lora\/update_norm/ })).toContainText('0')
  await finding.getByRole('button', { name: 'New run with this change' }).click()
  const rate = page.locator('.run-settings dt', { hasText: /^Learning rate$/ }).locator('+ dd')
  await expect(rate).toHaveText('0.002')
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await page.getByText('Why isn’t it learning?').click()
  await expect(page.locator('.finding').filter({ hasText: 'does not move' })).toHaveCount(0)
})

test('a curve opens its formula with the numbers of the step, and tokens can be coloured otherwise', async ({
  page,
}) => {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
  await page.getByRole('button', { name: 'formula of Reward' }).click()
  const formula = page.getByRole('dialog', { name: 'Formula of Reward' })
  await expect(formula.locator('math').first()).toBeVisible()
  await expect(formula.getByText(/÷ 4 = /)).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('radio', { name: 'Entropy' }).check()
  await expect(page.getByRole('option', { name: /entropy [\d.]+ nats$/ }).first()).toBeVisible()
})
