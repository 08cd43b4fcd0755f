/**
 * `npm run check`: everything that needs no browser. Two checks run at a time; what a failing one says is shown whole.
 * Leaves the counts of the unit tests in `.cache/unit-tests.json` for `npm test`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { installIfNeeded, requireNode, root } from './install.mjs'
import { run, runTool } from './run.mjs'

const atOnce = 2
const report = '.cache/unit-tests.json'

requireNode()
await installIfNeeded()
mkdirSync(join(root, '.cache'), { recursive: true })
rmSync(join(root, report), { force: true })

/** @type {Parameters<typeof run>[2]} */
const keep = { stdout: 'keep', env: process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' } }
/** The longest first. @type {[string, () => Promise<import('./run.mjs').Result>][]} */
const checks = [
  ['unit tests', unitTests],
  ['lint', () => runTool('eslint/bin/eslint.js', ['.', '--max-warnings', '0'], keep)],
  ['types', () => runTool('typescript/bin/tsc', ['--noEmit'], keep)],
  ['size budget', sizeBudget],
  ['format', () => runTool('prettier/bin/prettier.cjs', ['.', '--check', '--log-level', 'warn'], keep)],
  ['unused code', () => runTool('knip/bin/knip.js', ['--no-progress'], keep)],
]

/** @type {string[]} */
const failed = []
const queue = [...checks]
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    for (let check = queue.shift(); check; check = queue.shift()) {
      const [name, start] = check
      const { code, output, seconds } = await start()
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(0)} s)`)
      if (code !== 0) {
        failed.push(name)
        console.log(output.trimEnd())
      }
    }
  }),
)
writeFileSync(join(root, '.cache/failed-checks.json'), JSON.stringify(failed))
console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}.`)
process.exit(failed.length === 0 ? 0 : 1)

function unitTests() {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  return runTool('vitest/vitest.mjs', ['run', ...reporters], keep)
}

async function sizeBudget() {
  const build = await run(process.execPath, ['scripts/build.mjs', '--if-stale'], keep)
  return build.code === 0 ? run(process.execPath, ['scripts/size-budget.mjs'], keep) : build
}
