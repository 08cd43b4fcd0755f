/**
 * Pictures of a real run in the built app: `node scripts/screenshots.mjs [--steps N]`. Trains the nano team for N steps,
 * then takes Train, the Arena and Team in light and dark, wide and narrow, into docs/screenshots/. The README shows
 * the first two without a suffix, which are light and wide; git ignores the others.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import { findBrowser } from './find-browser.mjs'
import { root } from './install.mjs'
import { serve } from './serve.mjs'

/** @typedef {import('@playwright/test').Page} Page */

const { values } = parseArgs({ options: { steps: { type: 'string', default: '30' } } })
const folder = join(root, 'docs/screenshots')
const wide = { width: 1440, height: 900 }
const narrow = { width: 390, height: 844 }
const minutes = (/** @type {number} */ count) => ({ timeout: count * 60_000 })

mkdirSync(folder, { recursive: true })
const executablePath = await findBrowser()
if (!executablePath) throw new Error('No browser could be found or installed.')
const { server, address } = await serve(join(root, 'dist'))
const browser = await chromium.launch({ executablePath, args: ['--headless=new', '--no-sandbox'] })
try {
  const context = await browser.newContext({ viewport: wide, colorScheme: 'light', reducedMotion: 'reduce' })
  const page = await context.newPage()
  page.on('console', (message) => console.error(`console ${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => console.error(`page: ${error.message}`))
  await train(page, Number(values.steps))
  await takeAll(page, 'train')
  await ask(page)
  await takeAll(page, 'arena')
  await page.goto(`${address}?preset=smollm2&backend=wasm#/team`)
  await page.getByText('Tight.').first().waitFor(minutes(1))
  await takeAll(page, 'team')
} finally {
  await browser.close()
  server.close()
}

/**
 * Stops in the middle of what Train is about: a whole step of a group that teaches, with curves beside it.
 * @param {Page} page
 * @param {number} steps
 */
async function train(page, steps) {
  await page.goto(`${address}?preset=nano&backend=wasm#/train`)
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByText(new RegExp(`^${steps} of \\d+ steps done`)).waitFor(minutes(30))
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused', { exact: true }).waitFor(minutes(5))
  await page.getByRole('button', { name: 'Next step' }).click()
  await page.getByText(/^What moved in step/).waitFor(minutes(5))
  await page.getByText('Paused', { exact: true }).waitFor(minutes(5))
  // The group that teaches most: as many right as wrong.
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

/**
 * @param {Page} page
 * @param {string} name
 */
async function takeAll(page, name) {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const viewport of [wide, narrow]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize(viewport)
      await page.evaluate(() => scrollTo({ top: 0 }))
      // Charts are drawn in the frame after a change of size.
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      )
      const suffix = [viewport === narrow && String(narrow.width), colorScheme === 'dark' && 'dark']
      const file = [name, ...suffix.filter(Boolean)].join('-')
      await page.screenshot({ path: join(folder, `${file}.png`), fullPage: viewport === narrow })
      console.log(`docs/screenshots/${file}.png`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.setViewportSize(wide)
}
