/** What `screenshots.mjs` takes: visits of the page, each with the pictures that can be taken on its way. */

/** @typedef {import('@playwright/test').Page} Page */
/**
 * `from` is a selector of what the picture begins with; without it the page's top, and on a narrow screen the whole page.
 * @typedef {{ address: string, take: (name: string, from?: string) => Promise<void> }} Camera
 */
/** @typedef {{ names: readonly string[], visit: (page: Page, camera: Camera) => Promise<void> }} Scene */

const minutes = (/** @type {number} */ count) => ({ timeout: count * 60_000 })
const models = /\/models\//

/** @type {readonly Scene[]} */
export const scenes = [
  {
    names: ['recorded'],
    async visit(page, { address, take }) {
      await page.goto(address)
      await page.getByRole('region', { name: /What moved in step/ }).waitFor(minutes(1))
      await take('recorded')
    },
  },
  {
    names: ['recorded-loading', 'recorded-error'],
    async visit(page, { address, take }) {
      const answers = /** @type {(() => void)[]} */ ([])
      await page.route('**/recordings/route.json', async (route) => {
        await new Promise((resolve) => answers.push(() => resolve(null)))
        await route.fulfill({ body: '{}' })
      })
      await page.goto(address)
      await page.getByText('Fetching the recorded run').waitFor(minutes(1))
      await take('recorded-loading')
      for (const answer of answers) answer()
      await page.getByRole('alert').waitFor(minutes(1))
      await take('recorded-error')
    },
  },
  empty('arena-empty', 'arena', 'Ask the team'),
  empty('train-empty', 'train', 'Run'),
  empty('header', 'train', 'Run'),
  empty('evaluate-empty', 'evaluate', 'Evaluate'),
  empty('runs-empty', 'runs', null),
  empty('learn', 'learn', null),
  {
    names: ['lesson', 'guide'],
    async visit(page, { address, take }) {
      await page.goto(`${address}?preset=route&backend=wasm#/learn`)
      await page.getByRole('button', { name: 'Open the guide for teachers' }).click()
      await page.locator('.teaching-guide').waitFor(minutes(1))
      await take('guide', '.teaching-guide')
      await page.getByRole('button', { name: /^Start the lesson A group/ }).click()
      await page.getByRole('complementary', { name: /^Lesson/ }).waitFor(minutes(1))
      await take('lesson', 'header')
    },
  },
  {
    names: ['team', 'team-locked'],
    async visit(page, { address, take }) {
      // Without a GPU, which this browser does not have, a real model fits tightly or not at all.
      await page.goto(`${address}?preset=smollm2&backend=wasm#/team`)
      await page.getByText('Tight.').first().waitFor(minutes(1))
      await take('team')
      await page.goto(
        `${address}?preset=route&lock=team,preset,seed&hide=loss&note=Only%20the%20learning%20rate#/team`,
      )
      await page.reload()
      await page
        .getByText('Set by the link')
        .or(page.locator('.experiment-banner'))
        .first()
        .waitFor(minutes(1))
      await take('team-locked')
    },
  },
  {
    names: ['train-loading', 'train-error'],
    async visit(page, { address, take }) {
      let letGo = () => {}
      const held = new Promise((resolve) => (letGo = () => resolve(null)))
      await page.route(models, async (route) => {
        await held
        await route.abort()
      })
      await page.goto(`${address}?preset=route&backend=wasm#/train`)
      await page.getByRole('button', { name: 'Run', exact: true }).click()
      await page.getByText('Getting ready').waitFor(minutes(1))
      await take('train-loading')
      letGo()
      await page.getByRole('alert').waitFor(minutes(2))
      await take('train-error')
    },
  },
  {
    names: ['train-running', 'train', 'runs', 'arena', 'evaluate-running', 'evaluate'],
    visit: liveRun,
  },
]

/**
 * A place before anything was done in it.
 * @param {string} name
 * @param {string} place
 * @param {string | null} button
 * @returns {Scene}
 */
function empty(name, place, button) {
  return {
    names: [name],
    async visit(page, { address, take }) {
      await page.goto(`${address}?preset=route&backend=wasm#/${place}`)
      if (button === null) await page.getByRole('heading', { level: 1 }).waitFor(minutes(1))
      else await page.getByRole('button', { name: button, exact: true }).first().waitFor(minutes(1))
      await page.waitForLoadState('networkidle')
      await take(name)
    },
  }
}

/**
 * The recorded run, taken over near its end and gone on with.
 * @param {Page} page
 * @param {Camera} camera
 */
async function liveRun(page, { address, take }) {
  await page.goto(`${address}?backend=wasm`)
  await page.getByRole('slider', { name: 'Step' }).fill('44')
  await page.getByRole('button', { name: /^Take over after step/ }).click()
  await page.getByText('Running', { exact: true }).waitFor(minutes(10))
  await page.getByText(/^What moved in step/).waitFor(minutes(10))
  await take('train-running')
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused', { exact: true }).waitFor(minutes(5))
  await page.getByRole('button', { name: 'Next step' }).click()
  await page.getByText(/^What moved in step/).waitFor(minutes(5))
  await page.getByText('Paused', { exact: true }).waitFor(minutes(5))
  await chooseTeachingGroup(page)
  await take('train')
  await page.getByRole('link', { name: 'Runs', exact: true }).click()
  await page.locator('.run-card').first().waitFor(minutes(1))
  await take('runs')
  await ask(page)
  await take('arena')
  await page.getByRole('link', { name: 'Evaluate', exact: true }).click()
  await page.getByRole('button', { name: 'Evaluate', exact: true }).click()
  await page.getByRole('progressbar', { name: /^Seed/ }).waitFor(minutes(5))
  await take('evaluate-running')
  await page.getByRole('article', { name: 'Report' }).waitFor(minutes(60))
  await take('evaluate')
}

/**
 * The group that teaches most: as many right as wrong.
 * @param {Page} page
 */
async function chooseTeachingGroup(page) {
  const groups = page.locator('.groups label')
  const balance = await groups.evaluateAll((labels) =>
    labels.map((label) => {
      const right = label.querySelectorAll('.is-right').length
      return Math.abs(right - label.querySelectorAll('.is-wrong').length)
    }),
  )
  await groups.nth(balance.indexOf(Math.min(...balance))).click()
}

/**
 * The first question on which some peers are right and some are wrong.
 * @param {Page} page
 */
async function ask(page) {
  await page.getByRole('link', { name: 'Arena', exact: true }).click()
  for (let question = 0; question < 20; question++) {
    await page.getByRole('button', { name: 'Ask the team' }).click()
    await page.getByRole('button', { name: 'One more round' }).waitFor(minutes(5))
    const right = await page.locator('.peer .mark.is-right').count()
    if (right > 0 && right < (await page.locator('.peer').count())) return
    await page.getByRole('button', { name: 'Draw another' }).click()
  }
}
