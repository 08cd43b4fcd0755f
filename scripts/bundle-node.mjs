/**
 * Bundles one TypeScript entry for Node into a folder that works by itself: one .js file with every dependency in it,
 * and tfjs' .wasm files beside it. Needed because plain Node cannot import tfjs with its gradients.
 */
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { hashInputs, isFresh, writeStamp } from './inputs.mjs'
import { root } from './install.mjs'

const tfjsWasm = 'node_modules/@tensorflow/tfjs-backend-wasm/dist'

// Emscripten's Node half, inside tfjs, finds its files through these two names of CommonJS.
const banner = `#!/usr/bin/env node
import { fileURLToPath as leaderLabFileURLToPath } from 'node:url'
const __filename = leaderLabFileURLToPath(import.meta.url)
const __dirname = leaderLabFileURLToPath(new URL('.', import.meta.url))`

/**
 * Returns the path of the bundle; builds only if something that goes into it has changed.
 * @param {string} entry e.g. `cli/lab.ts`
 * @param {string} folder e.g. `dist-cli`
 */
export async function bundleForNode(entry, folder) {
  const name = basename(entry).replace(/\.ts$/, '')
  const bundle = join(root, folder, `${name}.js`)
  const stamp = join(folder, `.${name}.inputs`)
  const hash = hashInputs([
    'src',
    entry.split('/')[0] ?? entry,
    'package-lock.json',
    'vite.config.ts',
    'scripts/bundle-node.mjs',
  ])
  if (isFresh(stamp, hash)) return bundle

  console.error(`Building ${folder}/${name}.js …`)
  // Another process may be running or building the same bundle: files are moved in place only when complete.
  const draft = join(root, folder, `.draft-${process.pid}`)
  try {
    await viteBuild(join(root, entry), draft, `${name}.js`)
    for (const file of readdirSync(join(root, tfjsWasm)))
      if (file.endsWith('.wasm')) copyFileSync(join(root, tfjsWasm, file), join(draft, file))
    for (const file of readdirSync(draft)) renameSync(join(draft, file), join(root, folder, file))
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  writeStamp(stamp, hash)
  return bundle
}

/**
 * @param {string} entry
 * @param {string} outDir
 * @param {string} fileName
 */
async function viteBuild(entry, outDir, fileName) {
  mkdirSync(outDir, { recursive: true })
  const { build } = await import('vite')
  await build({
    root,
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    customLogger: stderrLogger,
    // It finds its own files beside itself, and no program but a benchmark needs it.
    ssr: { external: ['@playwright/test'] },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: true,
      copyPublicDir: false,
      minify: false,
      target: 'node20',
      rolldownOptions: { output: { format: 'es', banner, entryFileNames: fileName, codeSplitting: false } },
    },
  })
}

const toStderr = (/** @type {string} */ message) => console.error(message)

/** Vite writes to stdout, which belongs to the program that is about to run. @type {import('vite').Logger} */
const stderrLogger = {
  info: () => {},
  warn: toStderr,
  warnOnce: toStderr,
  error: toStderr,
  clearScreen: () => {},
  hasErrorLogged: () => false,
  hasWarned: false,
}
