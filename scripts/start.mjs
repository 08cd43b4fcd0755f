/**
 * `npm start`: from a fresh clone to the running app. Installs if needed, builds if stale, serves dist/ and opens it.
 * Options: `--port N`, `--host H`, `--no-open`. Imports Node's built-ins only, so that it runs before anything else.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { installIfNeeded, requireNode, root } from './install.mjs'
import { run } from './run.mjs'
import { serve } from './serve.mjs'

const preferredPort = 4173

requireNode()
const { values } = parseArgs({
  options: {
    port: { type: 'string' },
    host: { type: 'string', default: '127.0.0.1' },
    'no-open': { type: 'boolean', default: false },
  },
})
await installIfNeeded()
console.error('Checking the build …')
const { code } = await run(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdout: 'stderr' })
if (code !== 0) process.exit(code)

// A port that somebody asked for is that port or an error; ours may move, at best to a neighbour.
const neighbours = Array.from({ length: 10 }, (_, index) => preferredPort + index)
const ports = values.port === undefined ? [...neighbours, 0] : [Number(values.port)]
try {
  const { address } = await serve(join(root, 'dist'), { ports, host: values.host })
  console.log(`Leader Lab is at ${address} (Ctrl+C stops it)`)
  if (!values['no-open']) open(address)
} catch (error) {
  console.error(`The app could not be served: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}

/** Opens the address if there is a desktop; failing to is no failure. @param {string} address */
function open(address) {
  const { env, platform } = process
  if (env.CI || env.SSH_CONNECTION) return
  const opener =
    platform === 'darwin'
      ? ['open', address]
      : platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : env.DISPLAY || env.WAYLAND_DISPLAY
          ? ['xdg-open', address]
          : null
  if (!opener) return
  const [command = '', ...args] = opener
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref()
}
