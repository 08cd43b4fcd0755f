/**
 * A Chromium for the browser tests: Playwright's own if it is there, else one of the system, else it is installed.
 * Says which. `LEADER_LAB_BROWSER=/path/to/chrome` overrules the search.
 */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run, runTool } from './run.mjs'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const knownPlaces = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  ],
}

/** The path of a browser's program, or null when none could be had. */
export async function findBrowser() {
  return (await present()) ?? (await installed())
}

async function present() {
  const chosen = process.env.LEADER_LAB_BROWSER
  if (chosen) return say('the one in LEADER_LAB_BROWSER', chosen)
  const own = await playwrightsOwn()
  if (own) return say("Playwright's own", own)
  const system = onThisSystem()
  return system ? say("the system's", system) : null
}

async function installed() {
  if (process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Browser: none found; installing chromium with apt-get …')
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], { stdout: 'stderr', env })
    const options = ['install', '-y', '-qq', '--no-install-recommends', 'chromium']
    await run('apt-get', options, { stdout: 'stderr', env })
    const system = onThisSystem()
    if (system) return say("the system's, just installed", system)
  }
  console.log("Browser: none found; installing Playwright's own …")
  await runTool('@playwright/test/cli.js', ['install', 'chromium'], { stdout: 'stderr' })
  const own = await playwrightsOwn()
  return own ? say("Playwright's own, just installed", own) : null
}

async function playwrightsOwn() {
  const { chromium } = await import('@playwright/test')
  const path = chromium.executablePath()
  return path && existsSync(path) ? path : null
}

function onThisSystem() {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = knownPlaces[/** @type {keyof typeof knownPlaces} */ (process.platform)] ?? []
  const all = [...names.flatMap((name) => folders.map((folder) => join(folder, name))), ...places]
  return all.find((path) => existsSync(path)) ?? null
}

/** @param {string} which @param {string} path */
function say(which, path) {
  console.log(`Browser: ${which}, ${path}`)
  return path
}
