/**
 * `npm run build`: the model library for WebLLM, the MLC layout of the embedded models, then the app (dist/) with its
 * service worker, then the command line (dist-cli/).
 * `--if-stale` stops at once when dist/ is what these inputs give.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { hashInputs, isFresh, writeStamp } from './inputs.mjs'
import { installIfNeeded, requireNode, root } from './install.mjs'
import { buildModelLibrary } from './model-library.mjs'
import { run, runTool } from './run.mjs'

const stamp = 'dist/.inputs'
const inputs = [
  'index.html',
  'src',
  'public',
  'assembly',
  'scripts/build.mjs',
  'scripts/derive-models.ts',
  'scripts/kernel-text.mjs',
  'scripts/model-library.mjs',
  'scripts/service-worker.mjs',
  'package-lock.json',
  'vite.config.ts',
]

requireNode()
await installIfNeeded()
if (process.argv.includes('--if-stale') && isFresh(stamp, hashInputs(inputs))) process.exit(0)

const { bundleForNode } = await import('./bundle-node.mjs')
if (!(await buildModelLibrary())) {
  console.error('The model library could not be built; the reason stands above.')
  process.exit(1)
}
await deriveModels()
await must(runTool('vite/bin/vite.js', ['build', '--logLevel', 'warn'], { stdout: 'stderr' }), 'The app')
const { buildServiceWorker } = await import('./service-worker.mjs')
await buildServiceWorker()
if (existsSync(join(root, 'cli/lab.ts'))) await bundleForNode('cli/lab.ts', 'dist-cli')
// Written last: a build that fails leaves none, and is done again.
writeStamp(stamp, hashInputs(inputs))
console.error('Built dist/ and dist-cli/.')

async function deriveModels() {
  const folder = join(root, 'public/models')
  const models = existsSync(folder)
    ? readdirSync(folder).filter((id) => existsSync(join(folder, id, 'config.json')))
    : []
  for (const id of models) {
    const derived = `public/models/${id}/resolve`
    const hash = hashInputs([`public/models/${id}`, 'src/engine', 'src/common', 'scripts/derive-models.ts'])
    if (isFresh(`${derived}/.inputs`, hash)) continue
    const bundle = await bundleForNode('scripts/derive-models.ts', '.cache/derive-models')
    console.error(`Deriving the MLC layout of ${id} …`)
    const source = join(folder, id)
    await must(run(process.execPath, [bundle, source, join(root, derived, 'main')], { stdout: 'stderr' }), id)
    writeStamp(`${derived}/.inputs`, hash)
  }
}

/**
 * @param {Promise<import('./run.mjs').Result>} step
 * @param {string} what
 */
async function must(step, what) {
  const { code } = await step
  if (code === 0) return
  console.error(`${what} could not be built; the reason stands above.`)
  process.exit(1)
}
