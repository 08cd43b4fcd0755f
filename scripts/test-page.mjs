/**
 * Builds and serves the pages of the tests in e2e/webllm, which are no part of the app: the engine's own code in a worker,
 * and the app's client, without the app around them. `node scripts/test-page.mjs --port N`; Playwright starts it.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'vite'
import { root } from './install.mjs'
import { serve } from './serve.mjs'

const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
const folder = join(root, '.cache/webllm-page')
await build({
  root: join(root, 'e2e/webllm'),
  configFile: join(root, 'vite.config.ts'),
  publicDir: join(root, 'public'),
  logLevel: 'warn',
  build: {
    ...{ outDir: folder, emptyOutDir: true, minify: false },
    rollupOptions: { input: ['index.html', 'client.html'].map((page) => join(root, 'e2e/webllm', page)) },
  },
})
const { address } = await serve(folder, { ports: [Number(values.port)] })
console.log(`Serving the test page at ${address}`)
