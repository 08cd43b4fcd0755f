/**
 * `npm test`: all checks, then the browser tests on the built app. The last line is `N passed, N failed`: unit and
 * browser tests, where a check that fails (lint, types, …) counts as one failure. `--full` adds everything slow.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { installIfNeeded, requireNode, root } from './install.mjs'
import { run, runTool } from './run.mjs'

requireNode()
await installIfNeeded()
if (process.argv.includes('--full')) process.env.LEADER_LAB_FULL = '1'
mkdirSync(join(root, '.cache'), { recursive: true })

const check = await run(process.execPath, ['scripts/check.mjs'])
const totals = [unitTests(check.code), failedChecks(), await browserTests()]
const passed = sum('passed')
const failed = sum('failed')
const skipped = sum('skipped')
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exit(failed === 0 ? 0 : 1)

/** @typedef {{ passed: number, failed: number, skipped: number }} Totals */

/**
 * A file that does not load, or an error outside of any test, is a failure too, though vitest counts no test for it.
 * @param {number} code
 * @returns {Totals}
 */
function unitTests(code) {
  const report = readReport('unit-tests.json')
  if (!report) return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 }
  const unloaded = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) =>
      file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  const failed = report.numFailedTests + unloaded
  const skipped = report.numPendingTests + report.numTodoTests
  return { passed: report.numPassedTests, failed: failed || (report.success ? 0 : 1), skipped }
}

/** @returns {Totals} */
function failedChecks() {
  const failed = readReport('failed-checks.json') ?? ['check did not finish']
  return {
    passed: 0,
    failed: failed.filter((/** @type {string} */ name) => name !== 'unit tests').length,
    skipped: 0,
  }
}

/** @returns {Promise<Totals>} */
async function browserTests() {
  const none = { passed: 0, failed: 1, skipped: 0 }
  const build = await run(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdout: 'stderr' })
  if (build.code !== 0) return none
  const { findBrowser } = await import('./find-browser.mjs')
  const browser = await findBrowser()
  if (!browser) {
    console.error(
      'No browser could be found or installed. Install Chromium or Chrome, then run npm test again.',
    )
    return none
  }
  rmSync(join(root, '.cache/browser-tests.json'), { force: true })
  const env = {
    LEADER_LAB_BROWSER: browser,
    LEADER_LAB_PORT: String(await freePort()),
    LEADER_LAB_PAGE_PORT: String(await freePort()),
    PLAYWRIGHT_JSON_OUTPUT_NAME: join(root, '.cache/browser-tests.json'),
  }
  await runTool('@playwright/test/cli.js', ['test', '--reporter=list,json'], { env })
  const report = readReport('browser-tests.json')
  if (!report) return none
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected + flaky, failed: unexpected + report.errors.length, skipped }
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** @param {string} name */
function readReport(name) {
  const path = join(root, '.cache', name)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
}

/** @param {keyof Totals} key */
function sum(key) {
  return totals.reduce((total, each) => total + each[key], 0)
}
