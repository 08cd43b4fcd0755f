/** Two tabs and one run: the second says who has it and what to do, in every place, and goes on when it is free. */
import { expect, expectAccessible, open, test } from './page.ts'

const ready = { timeout: 180_000 }
const inUse = 'This run is open in another tab, and only one at a time can write its checkpoints.'

test('the second tab says where the run is open, refuses by name, and takes over once it is free', async ({
  page,
  context,
}) => {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('What moved in step 1')).toBeVisible(ready)
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)

  const second = await context.newPage()
  const go = (place: string) =>
    second.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place }).click()
  await second.setViewportSize({ width: 360, height: 800 })
  await open(second, 'train')
  await expect(second.getByText('Go on there; or stop it there, or close that tab')).toBeVisible()
  await go('Runs')
  await expect(second.getByText('Open in another tab, which writes it.')).toBeVisible()
  await expectAccessible(second)
  await second.getByRole('button', { name: 'Delete Tiny, seed 1' }).click()
  await expect(second.getByRole('alert')).toContainText(inUse)
  await expect(second.getByRole('listitem', { name: 'Tiny, seed 1', exact: true })).toBeVisible()
  await go('Evaluate')
  await second.getByRole('button', { name: 'Evaluate', exact: true }).click()
  await expect(second.getByRole('alert')).toContainText(inUse, ready)
  await go('Arena')
  await go('Train')
  await expect(second.getByRole('alert')).toContainText(inUse)
  await expectAccessible(second)
  await second.getByRole('button', { name: 'Try again' }).click()
  await expect(second.getByRole('alert')).toContainText(inUse)

  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(page.getByText('Stopped', { exact: true })).toBeVisible()
  await second.getByRole('button', { name: 'Try again' }).click()
  await expect(second.getByText('What moved in step 2')).toBeVisible(ready)
  await expect(second.getByRole('alert')).toHaveCount(0)
})

test('a tab that waits notices that the other one is closed', async ({ page, context }) => {
  await open(page, 'train')
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('Paused', { exact: true })).toBeVisible(ready)
  const second = await context.newPage()
  await open(second, 'train')
  await expect(second.getByText('This run is open in another tab')).toBeVisible()
  await page.close()
  await expect(second.getByText('This run was left at step 1.')).toBeVisible()
  await second.getByRole('button', { name: 'Next step' }).click()
  await expect(second.getByText('What moved in step 2')).toBeVisible(ready)
})
