/** `npm run lab -- …`: the headless session. Bundles `cli/lab.ts` if needed, then becomes it. */
import { pathToFileURL } from 'node:url'
import { installIfNeeded, requireNode } from './install.mjs'

requireNode()
await installIfNeeded()
const { bundleForNode } = await import('./bundle-node.mjs')
const bundle = await bundleForNode('cli/lab.ts', 'dist-cli')
process.argv[1] = bundle
await import(pathToFileURL(bundle).href)
