/**
 * The last step of the build: bundles the service worker with the list of what it keeps. Everything is kept but what
 * only WebLLM needs: its engine is fetched, and kept, when somebody uses it.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { root } from './install.mjs'

/** Files below `dist/` that are not for the page, or for WebLLM alone. */
const left = [
  /^\.|\/\./,
  /^service-worker\.js$/,
  /^libs\//,
  /^assets\/load-webllm-/,
  /^models\/[^/]+\/(?!resolve\/)/,
  /README\.md$/,
  /\.map$/,
]

/**
 * @param {string} dist
 * @returns {{ version: string, files: string[] }}
 */
export function keptFiles(dist) {
  const files = readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((file) => !left.some((pattern) => pattern.test(file)))
    .sort()
  const hash = createHash('sha256')
  for (const file of files)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(dist, file)))
  return { version: hash.digest('hex').slice(0, 16), files }
}

export async function buildServiceWorker() {
  const { build } = await import('vite')
  const dist = join(root, 'dist')
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    define: { __KEPT_FILES__: JSON.stringify(keptFiles(dist)) },
    build: {
      target: 'es2022',
      outDir: dist,
      emptyOutDir: false,
      lib: {
        entry: join(root, 'src/offline/service-worker.ts'),
        formats: ['iife'],
        name: 'leaderLab',
        fileName: () => 'service-worker.js',
      },
    },
  })
}
