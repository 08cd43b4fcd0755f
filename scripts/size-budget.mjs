/**
 * Two promises of the built app, by cause and not by time: the JavaScript that a browser fetches before the first
 * click is small, and nothing heavy is in any chunk of the main thread. `node scripts/size-budget.mjs`, after a build.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { root } from './install.mjs'

const budgetBytes = 250_000
const heavy = /node_modules\/(@tensorflow|@mlc-ai|@huggingface)\//

/** @typedef {{ file: string, imports: string[], modules: string[] }} Chunk */

/**
 * Every file that the page loads by itself: scripts and preloads of index.html, and what these import statically.
 * @param {string} html
 * @param {readonly Chunk[]} chunks
 */
export function filesBeforeFirstClick(html, chunks) {
  const queue = [...html.matchAll(/(?:src|href)="(?:\.?\/)?([^"]+\.js)"/g)].map((match) => match[1] ?? '')
  const files = new Set()
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue
    files.add(file)
    queue.push(...(chunks.find((chunk) => chunk.file === file)?.imports ?? []))
  }
  return /** @type {string[]} */ ([...files].sort())
}

/**
 * Modules of heavy packages on the main thread, whether loaded at once or on demand.
 * @param {readonly Chunk[]} chunks
 */
export function heavyModules(chunks) {
  return chunks.flatMap(({ file, modules }) =>
    modules.filter((module) => heavy.test(module)).map((module) => `${file} holds ${module}`),
  )
}

function main() {
  const dist = join(root, 'dist')
  const chunks = /** @type {Chunk[]} */ (JSON.parse(readFileSync(join(dist, '.vite/chunks.json'), 'utf8')))
  const files = filesBeforeFirstClick(readFileSync(join(dist, 'index.html'), 'utf8'), chunks)
  const sizes = files.map((file) => ({ file, bytes: gzipSync(readFileSync(join(dist, file))).length }))
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const { file, bytes } of sizes) console.log(`${kilobytes(bytes).padStart(9)}  ${file}`)
  console.log(
    `${kilobytes(total).padStart(9)}  gzipped before the first click; the budget is ${kilobytes(budgetBytes)}`,
  )
  const strays = heavyModules(chunks)
  for (const stray of strays.slice(0, 10)) console.error(`Heavy code on the main thread: ${stray}`)
  if (files.length === 0) console.error('index.html loads no script: was the app built?')
  if (total > budgetBytes) console.error('Too much JavaScript before the first click: load it on demand.')
  if (files.length === 0 || total > budgetBytes || strays.length > 0) process.exit(1)
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main()
