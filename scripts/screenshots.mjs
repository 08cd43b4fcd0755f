/**
 * Pictures of the built app: `node scripts/screenshots.mjs [--only train,arena]`. Every place in its states, light and dark,
 * 390 and 1440 pixels wide, into docs/screenshots/. Nothing on them is made up: the run is the recorded one, taken over and
 * gone on with. The README shows three that are light and wide; git ignores the others.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium } from '@playwright/test'
import { findBrowser } from './find-browser.mjs'
import { root } from './install.mjs'
import { scenes } from './screenshot-scenes.mjs'
import { serve } from './serve.mjs'

/** @typedef {import('@playwright/test').Page} Page */

const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, folder: { type: 'string', default: 'dist' } },
})
const wanted = values.only === '' ? null : values.only.split(',')
const pictures = join(root, 'docs/screenshots')
const wide = { width: 1440, height: 900 }
const narrow = { width: 390, height: 844 }
/** Where the header has the least room for what it holds. */
const between = { width: 700, height: 500 }

mkdirSync(pictures, { recursive: true })
const executablePath = await findBrowser()
if (!executablePath) throw new Error('No browser could be found or installed.')
const { server, address } = await serve(join(root, values.folder))
const browser = await chromium.launch({ executablePath, args: ['--headless=new', '--no-sandbox'] })
try {
  for (const { names, visit } of scenes) {
    if (wanted !== null && !names.some((name) => wanted.includes(name))) continue
    const context = await browser.newContext({
      viewport: wide,
      colorScheme: 'light',
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
    })
    const page = await context.newPage()
    page.on('pageerror', (error) => console.error(`${names.join()}: ${error.message}`))
    await visit(page, { address, take: (name, from) => takeAll(page, name, from) })
    await context.close()
  }
} finally {
  await browser.close()
  server.close()
}

/**
 * @param {Page} page
 * @param {string} name
 * @param {string} [from]
 */
async function takeAll(page, name, from) {
  if (wanted !== null && !wanted.includes(name)) return
  const sizes = name === 'header' ? [between] : [wide, narrow]
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const viewport of sizes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize(viewport)
      await page.evaluate(() => scrollTo({ top: 0 }))
      if (from)
        await page
          .locator(from)
          .first()
          .evaluate((part) => part.scrollIntoView())
      // Charts are drawn in the frame after a change of size.
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      )
      const suffix = [viewport === narrow && String(narrow.width), colorScheme === 'dark' && 'dark']
      const file = [name, ...suffix.filter(Boolean)].join('-')
      await page.screenshot({ path: join(pictures, `${file}.png`), fullPage: viewport === narrow && !from })
      console.log(`docs/screenshots/${file}.png`)
    }
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.setViewportSize(wide)
}
