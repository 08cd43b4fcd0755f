/** `npm run bench -- NAME …`: bundles `bench/NAME.ts` for Node and runs it with the other arguments. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installIfNeeded, requireNode, root } from './install.mjs'

requireNode()
await installIfNeeded()
const names = readdirSync(join(root, 'bench'))
  .filter((file) => /^[a-z0-9-]+\.ts$/.test(file))
  .map((file) => file.slice(0, -3))
const name = process.argv[2] ?? ''
if (!names.includes(name)) {
  console.error(`Usage: npm run bench -- NAME\nThere is: ${names.join(', ') || 'no benchmark yet'}`)
  process.exit(1)
}
const { bundleForNode } = await import('./bundle-node.mjs')
const bundle = await bundleForNode(`bench/${name}.ts`, `.cache/bench/${name}`)
process.argv.splice(1, 2, bundle)
await import(pathToFileURL(bundle).href)
