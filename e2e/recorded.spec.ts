/**
 * The first minute: the page opens on a recorded run that moves by itself, without engine and worker, and it can be taken
 * over into a live one.
 */
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './page.ts'

const ready = { timeout: 180_000 }

/** What a visit costs that only looks: nothing of this. */
const engine = /\/(models|wasm)\/|\.worker|\.wasm$|\.bin$/

/** Addresses of engines, workers and models that the page has asked for so far. */
function watchEngine(page: Page): readonly string[] {
  const asked: string[] = []
  page.on('request', (request) => engine.test(request.url()) && asked.push(request.url()))
  return asked
}
const label = (page: Page) => page.getByRole('region', { name: 'Recorded run' }).locator('.player-label')
const stepOf = async (page: Page) =>
  Number(/step (\d+) of/.exec((await label(page).textContent()) ?? '')?.[1])

test('a first visit opens on a run that moves, without engine, model and worker', async ({ page }) => {
  const asked = watchEngine(page)
  await page.route(engine, (route) => route.abort())
  await page.goto('/')
  await expect(label(page)).toContainText('Recorded run')
  await page.getByRole('radio', { name: 'Fast' }).check({ force: true })
  await expect.poll(() => stepOf(page)).toBeGreaterThan(2)
  await expect(page.getByRole('region', { name: 'Prompt of group 1' })).toBeVisible()
  await expect(page.getByText('The leader’s 8 completions')).toBeVisible()
  await expect(page.getByRole('figure', { name: 'Reward' })).toBeVisible()
  expect(page.workers()).toEqual([])
  expect(asked).toEqual([])
})

test('it can be paused, gone through stage by stage, and scrubbed, and its curves follow', async ({
  page,
}) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('slider', { name: 'Step' }).fill('30')
  await expect(label(page)).toContainText('step 30 of 60')
  await page.getByRole('button', { name: 'Table of Reward' }).click()
  const rows = page.getByRole('region', { name: 'Table of Reward' }).getByRole('row')
  await expect(rows).toHaveCount(31)
  await page.getByRole('button', { name: 'Next stage' }).click()
  await expect(label(page)).toContainText('step 31 of 60')
  await expect(page.getByText('The leader’s 8 completions')).toHaveCount(0)
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('The leader’s 8 completions')).toBeVisible()
  await expect(rows).toHaveCount(32)
  await page.getByRole('slider', { name: 'Step' }).fill('2')
  await expect(rows).toHaveCount(3)
})

test('it is taken over at the state before the shown step, and the next step trains live', async ({
  page,
}) => {
  const asked = watchEngine(page)
  await page.goto('/?backend=wasm')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('slider', { name: 'Step' }).fill('27')
  await expect(label(page)).toContainText('step 27 of 60')
  expect(asked).toEqual([])
  expect(page.workers()).toEqual([])
  await page.getByRole('button', { name: 'Take over after step 20' }).click()
  await expect(page).toHaveURL(/#\/train$/)
  await expect(page.getByText('20 of 60 steps done')).toBeVisible(ready)
  await expect(page.getByText('21 of 60 steps done')).toBeVisible(ready)
  expect(page.workers().length).toBeGreaterThan(0)
  for (const part of ['leader.worker', 'tfjs-backend-wasm', 'nano-leader'])
    expect(asked.join('\n')).toContain(part)
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('button', { name: 'Table of Reward' }).click()
  const rows = page.getByRole('region', { name: 'Table of Reward' }).getByRole('row')
  expect(await rows.count()).toBeGreaterThanOrEqual(22)
  await page.goto('/')
  await expect(page).toHaveURL(/\/$/)
  await expect(label(page)).toHaveCount(0)
})

test.describe('where motion is not wanted', () => {
  test.use({ contextOptions: { reducedMotion: 'reduce' } })

  test('it stands still at a whole step until it is played', async ({ page }) => {
    await page.goto('/')
    await expect(label(page)).toContainText('step 30 of 60')
    await expect(page.getByRole('button', { name: /^Play/ })).toBeVisible()
    await expect(page.getByRole('region', { name: /What moved in step 30/ })).toBeVisible()
    await page.getByRole('button', { name: /^Play/ }).click()
    await expect.poll(() => stepOf(page)).toBeGreaterThan(30)
  })

  for (const colorScheme of ['light', 'dark'] as const)
    test(`it passes axe in ${colorScheme}, and fits 360 px`, async ({ page }) => {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width: 360, height: 800 })
      await page.goto('/')
      await expect(page.getByRole('region', { name: /What moved in step 30/ })).toBeVisible()
      await expectAccessible(page)
      const spare = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(spare).toBeLessThanOrEqual(0)
    })
})

test('a damaged recording is said to be so, and the other places stay open', async ({ page }) => {
  await page.route('**/recordings/route.json', (route) =>
    route.fulfill({ body: '{"format":"leader-lab/recording"}' }),
  )
  await page.goto('/')
  await expect(page.getByRole('alert')).toContainText('The recorded run is damaged')
  await page.getByRole('link', { name: 'Arena' }).click()
  await expect(page.getByRole('button', { name: 'Ask the team' })).toBeVisible()
})
