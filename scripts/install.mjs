/**
 * What every script does first: is this Node new enough, and are the dependencies those of the lockfile?
 * Runs before anything is installed, so it may import only Node's built-ins.
 */
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { run } from './run.mjs'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Ends the process with one clear sentence when Node is older than package.json asks for. */
export function requireNode() {
  const wanted = readJson('package.json').engines.node.replace('>=', '')
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number)
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return
  console.error(
    `Leader Lab needs Node ${wanted} or newer, and this is Node ${process.versions.node}. ` +
      `Install a newer one (https://nodejs.org) and run the command again.`,
  )
  process.exit(1)
}

/** Installs what is missing; a tree that already holds the lockfile's versions is left alone. */
export async function installIfNeeded() {
  const need = installNeed()
  if (!need) return
  console.error(`Installing dependencies (${need}) …`)
  const clean = !existsSync(`${root}/node_modules`) && need !== 'package.json changed'
  const options = ['--include=dev', '--no-audit', '--no-fund']
  let code = await npm([clean ? 'ci' : 'install', ...options])
  if (code !== 0 && clean) code = await npm(['install', ...options])
  if (code === 0) return
  console.error('The dependencies could not be installed. Is there a network? npm says more above.')
  process.exit(1)
}

/** Why an install is needed, or null. */
function installNeed() {
  if (!existsSync(`${root}/node_modules/.package-lock.json`)) return 'first run'
  if (!existsSync(`${root}/package-lock.json`)) return null
  const manifest = readJson('package.json')
  const locked = readJson('package-lock.json').packages
  for (const group of ['dependencies', 'devDependencies'])
    if (JSON.stringify(manifest[group] ?? {}) !== JSON.stringify(locked[''][group] ?? {}))
      return 'package.json changed'
  const installed = readJson('node_modules/.package-lock.json').packages
  const stale = Object.keys(locked).some((path) => {
    if (path === '') return false
    // Packages for other platforms are in the lockfile but never on this disk.
    if (!installed[path]) return !locked[path].optional && !locked[path].peer
    return installed[path].version !== locked[path].version
  })
  return stale ? 'the lockfile changed' : null
}

/** @param {string[]} args */
async function npm(args) {
  // npm tells its scripts where it lives; a plain `node scripts/start.mjs` has to look it up.
  const self = process.env.npm_execpath
  const [command, first] = self ? [process.execPath, [self]] : ['npm', []]
  const { code } = await run(command, [...first, ...args], {
    stdout: 'stderr',
    shell: !self && process.platform === 'win32',
  })
  return code
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(`${root}/${path}`, 'utf8'))
}
