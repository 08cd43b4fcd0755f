import { expect, open, test } from './page.ts'

test('a drawn question is answered by every peer and by the leader, and marked', async ({ page }) => {
  await open(page, 'arena')
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible({ timeout: 120_000 })
  const peers = page.getByRole('list', { name: 'Peers' }).getByRole('listitem')
  await expect(peers).toHaveCount(3)
  for (const peer of await peers.all()) {
    await expect(peer).toContainText(/\d+ tokens?/)
    await expect(peer).toContainText(/right|wrong|no answer/)
  }
  const leader = page.getByRole('article', { name: 'Leader' })
  await expect(leader).toContainText(/right|wrong|no answer/)
  await expect(page.getByText(/vote/)).toBeVisible()
})

test('on the preset of the page, whole answers come, and no request fails on the way to them', async ({
  page,
  context,
}) => {
  const failed: string[] = []
  const asked: string[] = []
  context.on('request', (request) => asked.push(request.url()))
  context.on('requestfailed', (request) => failed.push(request.url()))
  context.on('response', (response) => {
    if (response.status() >= 400) failed.push(response.url())
  })
  await open(page, 'arena', { preset: 'route' })
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible({ timeout: 120_000 })
  for (const peer of await page.getByRole('list', { name: 'Peers' }).getByRole('listitem').all())
    await expect(peer).toContainText('Answer:')
  const leader = page.getByRole('article', { name: 'Leader' })
  await expect(leader).toContainText(/right|wrong/)
  await expect(leader).not.toContainText('no answer')
  expect(failed).toEqual([])
  // On the processor nobody downloads WebLLM.
  expect(asked.filter((url) => /load-tfjs/.test(url))).not.toEqual([])
  expect(asked.filter((url) => /webllm|\/libs\//.test(url))).toEqual([])
})

test('a peer keeps its name and colour when it sits elsewhere', async ({ page }) => {
  await open(page, 'arena', { preset: 'read' })
  const orders = new Set<string>()
  const colours = new Map<string, Set<string>>()
  for (let question = 0; question < 4; question++) {
    await page.getByRole('button', { name: 'Ask the team' }).click()
    await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible({ timeout: 120_000 })
    const peers = await page
      .getByRole('list', { name: 'Peers' })
      .getByRole('listitem')
      .evaluateAll((items) =>
        items.map((item) => ({
          model: item.querySelector('.mono')?.textContent ?? '',
          colour: getComputedStyle(item).borderTopColor,
        })),
      )
    orders.add(peers.map(({ model }) => model).join(' '))
    for (const { model, colour } of peers)
      colours.set(model, (colours.get(model) ?? new Set<string>()).add(colour))
    await page.getByRole('button', { name: 'Draw another' }).click()
  }
  expect(orders.size).toBeGreaterThan(1)
  expect([...colours.keys()].sort()).toEqual(['nano-knowledge', 'nano-logic', 'nano-math'])
  for (const seen of colours.values()) expect(seen.size).toBe(1)
})

test('one more round lets the peers speak again, and the first can be seen again', async ({ page }) => {
  await open(page, 'arena')
  await page.getByRole('button', { name: 'Ask the team' }).click()
  const more = page.getByRole('button', { name: 'One more round' })
  await more.click({ timeout: 120_000 })
  await expect(page.getByRole('radio', { name: 'Round 1' })).toBeChecked()
  await expect(more).toBeVisible({ timeout: 120_000 })
  await page.getByRole('radio', { name: 'Round 0' }).check({ force: true })
  await expect(page.getByText('Every peer answers on its own')).toBeVisible()
})

test('the same question and seed give the same peers before and after a reload', async ({ page }) => {
  const answers = async () => {
    await open(page, 'arena')
    await page.getByRole('button', { name: 'Ask the team' }).click()
    await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible({ timeout: 120_000 })
    return page.getByRole('list', { name: 'Peers' }).locator('p').allTextContents()
  }
  const first = await answers()
  await page.reload()
  expect(await answers()).toEqual(first)
})

test('a typed question has no marks, because nobody knows its answer', async ({ page }) => {
  await open(page, 'arena')
  await page.getByRole('textbox', { name: 'Question' }).fill('What is 2 + 3?')
  await page.getByRole('textbox', { name: 'Question' }).press('Enter')
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible({ timeout: 120_000 })
  await expect(page.getByText('Nobody here knows the right answer')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Peers' })).not.toContainText(/right|wrong/)
})

test('another family and difficulty draw another question', async ({ page }) => {
  await open(page, 'arena')
  const question = page.getByRole('textbox', { name: 'Question' })
  const before = await question.inputValue()
  await page.getByRole('combobox', { name: 'Family' }).selectOption('boolean')
  const drawn = await question.inputValue()
  expect(drawn).not.toBe(before)
  await page.getByRole('button', { name: 'Draw another' }).click()
  await expect(question).not.toHaveValue(drawn)
})

test('a model that cannot be fetched is an error with a way on, and asking again works', async ({
  page,
  context,
  consoleProblems,
}) => {
  await context.route('**/models/**', (route) => route.fulfill({ status: 503, body: '' }))
  await open(page, 'arena')
  await page.getByRole('button', { name: 'Ask the team' }).click()
  const notice = page.getByRole('alert')
  await expect(notice).toBeVisible({ timeout: 60_000 })
  await context.unroute('**/models/**')
  // The browser itself reports the refused fetch, which is the subject of this test.
  consoleProblems.length = 0
  await notice.getByRole('button', { name: 'Ask again' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible({ timeout: 120_000 })
})

test('a peer is given other words, and the leader reads those', async ({ page }) => {
  await open(page, 'arena')
  await page.getByRole('button', { name: 'Ask the team' }).click()
  await expect(page.getByRole('button', { name: 'One more round' })).toBeVisible({ timeout: 120_000 })
  await page.getByRole('button', { name: 'Edit what peer 1 says' }).click()
  await page.getByRole('textbox', { name: 'What peer 1 says' }).fill('I am sure. Answer: 12345')
  await page.getByRole('button', { name: 'Ask the leader again' }).click()
  await expect(page.getByText(/^Before your edit it /)).toBeVisible({ timeout: 120_000 })
  const [first] = await page.getByRole('list', { name: 'Peers' }).getByRole('listitem').all()
  await expect(first ?? page.locator('nothing')).toContainText('I am sure. Answer: 12345')
  await expect(first ?? page.locator('nothing')).toContainText('your words')
})
