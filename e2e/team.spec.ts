/** A team is put together, of the page's models and of others, and then works as any team does. */
import type { Page } from '@playwright/test'
import { FileServer } from './file-server.ts'
import { expect, open, test } from './page.ts'

let server: FileServer
test.beforeAll(async () => {
  server = await FileServer.start()
})
test.afterAll(() => server.stop())

const answered = { timeout: 120_000 }

async function ask(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Arena', exact: true }).click()
  await page.getByRole('button', { name: 'Ask the team' }).click()
}

async function chooseByAddress(page: Page, who: string, address: string): Promise<void> {
  await page.getByLabel(`Model of ${who}`, { exact: true }).selectOption('By its address…')
  await page.getByLabel(`Address or hub name of ${who}’s model`).fill(address)
}

test('a smaller team of the page’s models is asked, and Train begins with it', async ({ page }) => {
  await open(page, 'team', { preset: 'route' })
  await expect(page.getByText('This is the page’s team (Route).')).toBeVisible()
  await page.getByRole('button', { name: 'Remove peer 1' }).click()
  await page.getByLabel('Model of peer 1').selectOption('Nano math')
  await page.getByRole('button', { name: 'Use this team' }).click()
  await expect(page.getByText('This is the page’s team (Own team).')).toBeVisible()
  await ask(page)
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible(answered)
  const peers = page.getByRole('list', { name: 'Peers' }).getByRole('listitem')
  await expect(peers).toHaveCount(2)
  await expect(peers.first()).toContainText('nano-math')
  await expect(peers.last()).toContainText('nano-knowledge')
})

test('models from elsewhere are asked for first, fetched on consent, listed, and deleted', async ({
  page,
}) => {
  await open(page, 'team')
  await chooseByAddress(page, 'the leader', server.folder('nano-leader'))
  await chooseByAddress(page, 'peer 2', server.folder('nano-logic'))
  await page.getByRole('button', { name: 'Use this team' }).click()
  await ask(page)

  const dialog = page.getByRole('dialog', { name: 'Fetch 2 models?' })
  await expect(dialog.getByRole('listitem')).toHaveCount(2)
  await expect(dialog.getByRole('listitem').first()).toContainText(/Nano leader.*from (localhost|127)/)
  await dialog.getByRole('button', { name: 'Not now' }).click()
  await expect(page.getByRole('alert')).toContainText('Nothing was fetched')
  expect(server.requests).toEqual([])

  await page.getByRole('alert').getByRole('button').first().click()
  await dialog.getByRole('button', { name: /^Accept and fetch/ }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible(answered)
  await expect(page.getByRole('article', { name: 'Leader' })).toContainText(/right|wrong/)
  expect(server.requests.length).toBeGreaterThan(0)

  // Once they are here, nobody asks again.
  server.requests.length = 0
  await page.getByRole('button', { name: 'One more round' }).click()
  await expect(page.getByRole('radio', { name: 'Round 1' })).toBeChecked(answered)
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible(answered)
  expect(server.requests).toEqual([])

  // The leader from elsewhere learns as any other.
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await page.getByRole('button', { name: 'Next step' }).click()
  await expect(page.getByText('What moved in step 1')).toBeVisible(answered)
  await page.locator('.run-settings summary').first().click()
  await page.getByRole('button', { name: 'New run' }).click()

  await page.getByRole('link', { name: 'Team', exact: true }).click()
  const stored = page.getByRole('region', { name: 'In this browser' })
  await expect(stored.getByRole('listitem')).toHaveCount(2)
  await stored.getByRole('button', { name: 'Delete Nano logic' }).click()
  await expect(stored.getByRole('alert')).toContainText('loaded')

  await page.reload()
  await stored.getByRole('button', { name: 'Delete Nano logic' }).click()
  await expect(stored.getByRole('listitem')).toHaveCount(1)
  await stored.getByRole('button', { name: 'Delete Nano leader' }).click()
  await expect(stored).toContainText('No model has been fetched yet')
})

test('a team that cannot work is refused with its reason', async ({ page }) => {
  await open(page, 'team', { preset: 'smollm2' })
  await page.getByLabel('Model of the leader').selectOption('OLMo-2-0425-1B-Instruct-q4f32_1-MLC')
  await expect(page.getByText(/peer only: the trainer knows Llama/)).toBeVisible()
  const use = page.getByRole('button', { name: 'Use this team' })
  await expect(use).toBeDisabled()
  await page.getByRole('button', { name: 'Back to SmolLM2' }).click()
  await page.getByLabel('Role of peer 1').fill(' ')
  await expect(page.getByText('Peer 1 has no role: say who it is.')).toBeVisible()
  await expect(use).toBeDisabled()
})

test('what is kept here is looked for in words, and where there is nothing that is said', async ({
  page,
}) => {
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  await page.route(/\/client-[^/]*\.js$/, async (route) => {
    await released
    await route.continue()
  })
  await open(page, 'team')
  const stored = page.getByRole('region', { name: 'In this browser' })
  await expect(stored.getByRole('status')).toContainText('Looking for models')
  release()
  await expect(stored).toContainText('No model has been fetched yet')
  await expect(stored.getByRole('status')).toHaveCount(0)
})
