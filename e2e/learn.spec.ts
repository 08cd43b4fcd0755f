/** Learn: a lesson is walked from its first question to its end, progress is remembered, and everybody can use it. */
import { walkLesson } from './lesson-walk.ts'
import { expect, expectAccessible, open, test } from './page.ts'

test('lesson 1 can be done from start to end, and is remembered as done', async ({ page }) => {
  await open(page, 'learn', { preset: 'route' })
  await walkLesson(page, 'One question, four voices')
  await page.getByRole('link', { name: 'Learn', exact: true }).click()
  await page.reload()
  await expect(
    page.getByRole('button', { name: 'Open again the lesson One question, four voices' }),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Forget what was done in One question, four voices' }).click()
  await expect(page.getByRole('button', { name: 'Start the lesson One question, four voices' })).toBeVisible()
})

test('a lesson goes on where it was left, its address names it, and a gate can be skipped', async ({
  page,
}) => {
  await page.goto('/?preset=tiny&backend=wasm&lesson=groups#/train')
  const panel = page.getByRole('complementary', { name: 'Lesson: A group and its baseline' })
  await expect(panel.getByText('step 1 of 5')).toBeVisible()
  await expect(panel.getByRole('button', { name: 'Next', exact: true })).toHaveCount(0)
  await panel.getByRole('radio', { name: 'Yes, 1.1 is high' }).check()
  await expect(panel.getByRole('status')).toContainText('High compared with what?')
  await panel.getByRole('button', { name: 'Skip this' }).click()
  await panel.getByRole('button', { name: 'Next', exact: true }).click()
  await panel.getByRole('button', { name: 'Set up a small run' }).click()
  await expect(page.getByRole('textbox', { name: 'Completions per prompt' })).toHaveValue('4')
  expect(page.url()).toContain('num_generations=4')
  expect(page.url()).toContain('lesson=groups')
  await page.reload()
  await expect(panel.getByText('step 2 of 5')).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Completions per prompt' })).toHaveValue('4')
  await panel.getByRole('button', { name: 'Close the lesson' }).click()
  await expect(panel).toHaveCount(0)
  expect(page.url()).not.toContain('lesson=')
})

test('what is not on the page yet is said, not pointed at', async ({ page }) => {
  await page.goto('/?preset=tiny&backend=wasm&lesson=four-voices#/arena')
  const panel = page.getByRole('complementary')
  await panel.getByRole('radio', { name: '12', exact: true }).check()
  await panel.getByRole('button', { name: 'Next', exact: true }).click()
  await panel.getByRole('button', { name: 'Skip this' }).click()
  await panel.getByRole('button', { name: 'Show me the peers’ answers' }).click()
  await expect(panel.getByText('Not on the page yet')).toBeVisible()
})

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, contextOptions: { reducedMotion: 'reduce' } })
    test('Learn, a lesson, the share dialog and a link’s notices pass axe', async ({ page }) => {
      await open(page, 'learn')
      await page.getByRole('heading', { name: 'Lessons', exact: true }).waitFor()
      await page.getByRole('button', { name: 'Open the guide for teachers' }).click()
      await expect(page.getByText('by its TRL name:')).toBeVisible()
      await expectAccessible(page)
      await page.getByRole('button', { name: 'Share', exact: true }).click()
      await page.getByRole('dialog', { name: 'Share this experiment' }).waitFor()
      await expectAccessible(page)
      await page.goto(
        '/?preset=tiny&backend=wasm&lesson=groups&hide=loss&lock=seed&expect=reward>0.5@2&note=Hello&sead=1#/train',
      )
      const panel = page.getByRole('complementary')
      await panel.getByRole('radio', { name: 'Yes, 1.1 is high' }).check()
      await expect(page.getByRole('region', { name: 'Expected' })).toBeVisible()
      await expectAccessible(page)
    })
  })
}

for (const width of [360, 1440]) {
  test(`with a lesson nothing is wider than a window of ${width} px`, async ({ page }) => {
    await page.setViewportSize({ width, height: 800 })
    for (const place of ['learn', 'arena', 'train'] as const) {
      await page.goto(`/?preset=tiny&backend=wasm&lesson=groups&hide=loss,team&note=Hello#/${place}`)
      await page.getByRole('complementary').waitFor()
      const spare = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(spare).toBeLessThanOrEqual(0)
    }
  })
}
