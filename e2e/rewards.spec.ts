/** Rewards in the form: switched, weighed, written at the page, tried before a run, corrected after one has failed. */
import type { Page } from '@playwright/test'
import { expect, expectAccessible, open, test } from './page.ts'

const ready = { timeout: 180_000 }
const runButton = (page: Page) => page.getByRole('button', { name: 'Run', exact: true })
const code = (page: Page) => page.getByRole('textbox', { name: /^Code of/ })
const results = (page: Page) => page.getByRole('region', { name: 'What the rewards give' })

async function writeReward(page: Page, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Write a reward of your own' }).click()
  await code(page).fill(text)
  await page.getByText('Try these rewards').click()
}

const tryIt = (page: Page) => page.getByRole('button', { name: 'Try it' }).click()

test('a function is switched on and weighed, and the run is scored by it', async ({ page }) => {
  await open(page, 'train')
  await page.getByRole('checkbox', { name: 'tokens' }).check()
  const weight = page.getByRole('textbox', { name: 'Weight of tokens' })
  await weight.fill('x')
  await expect(page.getByRole('alert')).toContainText('is not a number')
  await expect(runButton(page)).toHaveCount(0)
  await weight.fill('-0,5')
  await page.getByRole('button', { name: 'Reset the reward functions' }).click()
  await expect(weight).toHaveCount(0)
  await page.getByRole('checkbox', { name: 'tokens' }).check()
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByRole('columnheader', { name: 'tokens', exact: true })).toBeVisible(ready)
})

test('own code is tried on a text: numbers, a throw, NaN, a loop, no code', async ({ page }) => {
  await open(page, 'train')
  await page.getByText('settings of Proposals').waitFor()
  await writeReward(page, 'export default (task, { text }) => text.includes("rain") ? 7 : null')
  await tryIt(page)
  await expect(results(page).getByRole('row').nth(1)).toContainText('skipped')
  await page.getByRole('textbox', { name: 'What the leader might write' }).fill('<think>rain')
  await expect(results(page)).toHaveCount(0)
  await tryIt(page)
  await expect(results(page).getByRole('columnheader', { name: 'mine' })).toBeVisible()
  await expect(results(page).getByRole('row').nth(1)).toContainText('7')
  const refusals: readonly (readonly [string, RegExp])[] = [
    ['export default () => { throw new Error("no luck") }', /^mine failed on completion 1: no luck/],
    ['export default () => NaN', /^mine gave NaN for completion 1; a reward is a finite number/],
    ['export default () => { for (;;); }', /^mine was ended on completion 1, after 1000 ms/],
    ['export default (', /^mine failed on completion 1/],
  ]
  for (const [text, message] of refusals) {
    await code(page).fill(text)
    await tryIt(page)
    await expect(page.getByRole('alert'), text).toHaveText(message)
  }
  await code(page).fill('')
  await expect(page.getByText('There is no code here')).toBeVisible()
  await expect(runButton(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Take out mine' }).click()
  await expect(runButton(page)).toBeVisible()
})

test('a run fails by its reward’s name, is corrected where it stands, and goes on; the next one finds code and rollouts', async ({
  page,
}) => {
  await open(page, 'train')
  await writeReward(page, 'export default () => NaN')
  await page.getByRole('textbox', { name: 'Name' }).fill('short')
  await page.getByRole('textbox', { name: 'Name' }).press('Enter')
  await expect(code(page)).toHaveAccessibleName('Code of short')
  await runButton(page).click()
  await expect(page.getByRole('alert')).toContainText('The reward "short" gave NaN', ready)
  await code(page).fill('export default (task, { tokenCount }) => (tokenCount < 16 ? 1 : 0)')
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByText('Finished', { exact: true })).toBeVisible(ready)
  await expect(page.getByRole('columnheader', { name: 'short', exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'New run' }).click()
  await page.getByText('Try these rewards').click()
  await tryIt(page)
  await expect(page.getByRole('radio', { name: 'Completions of step 2' })).toBeChecked()
  // Two prompts with two completions each, and the head.
  await expect(results(page).getByRole('row')).toHaveCount(5)
})

test('code outlives a reload, and no link brings any', async ({ page }) => {
  await open(page, 'train')
  await writeReward(page, 'export default () => 3')
  await page.reload()
  await page.getByRole('button', { name: 'Take “mine”, written before' }).click()
  await expect(code(page)).toHaveValue('export default () => 3')
  await page.goto('/?preset=tiny&backend=wasm&custom_rewards=mine&custom_reward_weights=1#/train')
  await expect(page.getByRole('alert', { name: 'Problems of the link' })).toContainText('would bring code')
  await expect(code(page)).toHaveCount(0)
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })

    test('a tried reward passes axe and is not wider than 360 px', async ({ page }) => {
      await page.setViewportSize({ width: 360, height: 800 })
      await open(page, 'train')
      await writeReward(page, 'export default () => 1')
      await tryIt(page)
      await expect(results(page)).toBeVisible()
      await expectAccessible(page)
      const spare = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(spare).toBeLessThanOrEqual(0)
    })
  })
}
