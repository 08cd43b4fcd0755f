/**
 * The same run in both homes of the session: preset `nano`, ten steps, seed 1, fresh proposals, one question of
 * evaluation; in the built app in headless Chromium on wasm, and in the command line. In turns, so that whatever else
 * the machine does meets both alike. Needs `npm run build`. Usage: npm run bench -- browser [rounds]
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import { findBrowser } from '../scripts/find-browser.mjs'
import type { Key } from '../src/mlpo/config/config.ts'
import { fieldOf } from '../src/mlpo/config/fields.ts'
import type { LeaderEvent } from '../src/workers/protocol.ts'
import { median, served } from './parts/served.ts'

const settings = { max_steps: 10, seed: 1, eval_every: 0, eval_size: 1 } as const satisfies Partial<
  Record<Key, number>
>
const rounds = Number(process.argv[2] ?? 3)
const root = process.cwd()

interface Timing {
  /** From the press of Run, or the start of the process, to the end of the last step; seconds. */
  readonly whole: number
  /** Sum of `step_time`: the steps without team, proposals and storage; seconds. */
  readonly steps: number
  /** Mean over the steps; the same everywhere, or it was not the same run. */
  readonly reward: number
}

/** In a folder of its own, so that no earlier run's proposals are found. */
async function inCommandLine(): Promise<Timing> {
  const folder = mkdtempSync(join(tmpdir(), 'leader-lab-bench-'))
  try {
    cpSync(join(root, 'dist-cli'), join(folder, 'dist-cli'), { recursive: true })
    for (const name of ['public', 'package.json']) symlinkSync(join(root, name), join(folder, name))
    const flags = Object.entries(settings).flatMap(([key, value]) => [
      `--${key.replaceAll('_', '-')}`,
      String(value),
    ])
    const args = [join(folder, 'dist-cli/lab.js'), 'train', '--preset', 'nano', ...flags, '--json']
    const started = performance.now()
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
    const timings: Partial<Record<string, number>>[] = []
    let whole = NaN
    for await (const line of createInterface({ input: child.stdout })) {
      const value = JSON.parse(line) as Partial<Record<string, number>>
      if (value['step'] === undefined) continue
      timings.push(value)
      whole = (performance.now() - started) / 1000
    }
    return timingOf(timings, whole)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Recorded {
  readonly startedMs: number
  readonly steps: { readonly metrics: Readonly<Record<string, number>>; readonly atMs: number }[]
  failed: string | null
}

declare global {
  interface Window {
    recorded?: Recorded
  }
}

/** In a context of its own: nothing is stored there. */
async function inBrowser(browser: Browser, address: string): Promise<Timing> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    await page.addInitScript(recordSteps)
    await page.goto(`${address}?preset=nano&backend=wasm#/train`)
    for (const [key, value] of Object.entries(settings))
      await page.getByRole('textbox', { name: fieldOf(key as Key).label, exact: true }).fill(String(value))
    await page.evaluate(() => {
      window.recorded = { startedMs: performance.now(), steps: [], failed: null }
    })
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    return await timingOfPage(page)
  } finally {
    await context.close()
  }
}

async function timingOfPage(page: Page): Promise<Timing> {
  const done = (steps: number) =>
    window.recorded !== undefined &&
    (window.recorded.steps.length >= steps || window.recorded.failed !== null)
  await page.waitForFunction(done, settings.max_steps, { timeout: 900_000, polling: 250 })
  const recorded = await page.evaluate(() => window.recorded)
  if (recorded === undefined || recorded.failed !== null)
    throw new Error(`The run failed in the browser: ${recorded?.failed ?? 'nothing was recorded'}`)
  const end = recorded.steps.at(-1)?.atMs ?? NaN
  return timingOf(
    recorded.steps.map(({ metrics }) => metrics),
    (end - recorded.startedMs) / 1000,
  )
}

/** Runs in the page: notes every finished step of the leader's worker where its message arrives. */
function recordSteps(): void {
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options)
      this.addEventListener('message', ({ data }: MessageEvent<LeaderEvent>) => {
        const { recorded } = window
        if (recorded === undefined || options?.name?.startsWith('nano-leader ') !== true) return
        if (data.type === 'error') recorded.failed = data.error.message
        if (data.type !== 'stage' || data.stage.stage !== 'update' || data.stage.metrics === null) return
        recorded.steps.push({ metrics: data.stage.metrics, atMs: performance.now() })
      })
    }
  }
}

function timingOf(steps: readonly Readonly<Partial<Record<string, number>>>[], whole: number): Timing {
  const sum = (key: string) => steps.reduce((total, step) => total + (step[key] ?? NaN), 0)
  if (steps.length !== settings.max_steps) throw new Error(`${steps.length} steps were seen`)
  return { whole, steps: sum('step_time'), reward: sum('reward') / steps.length }
}

const executablePath = await findBrowser()
if (executablePath === null) throw new Error('No browser was found or could be installed.')
const { server, address } = await served()
const browser = await chromium.launch({ executablePath, args: ['--headless=new', '--no-sandbox'] })
const timings = { commandLine: [] as Timing[], browser: [] as Timing[] }
const version = browser.version()
try {
  for (let round = 0; round < rounds; round++) {
    timings.commandLine.push(await inCommandLine())
    timings.browser.push(await inBrowser(browser, address))
    console.error(`round ${round + 1} of ${rounds}`, timings.commandLine.at(-1), timings.browser.at(-1))
  }
} finally {
  await browser.close()
  server.kill()
}
const rewards = new Set([...timings.commandLine, ...timings.browser].map(({ reward }) => reward))
if (rewards.size > 1) throw new Error(`Not the same run: mean rewards ${[...rewards].join(', ')}`)

const middle = (of: readonly Timing[]) => ({
  whole: median(of.map(({ whole }) => whole)),
  steps: median(of.map(({ steps }) => steps)),
})
const [line, page] = [middle(timings.commandLine), middle(timings.browser)]
console.log(
  JSON.stringify(
    {
      machine: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      node: process.version,
      chromium: version,
      settings,
      rounds,
      ...timings,
      ratio: { whole: page.whole / line.whole, steps: page.steps / line.steps },
    },
    null,
    2,
  ),
)
const row = (name: string, key: 'whole' | 'steps') =>
  `| ${name} | ${line[key].toFixed(1)} | ${page[key].toFixed(1)} | ${(page[key] / line[key]).toFixed(2)} |`
console.log(`
| ${settings.max_steps} steps of preset nano, seed ${settings.seed}, median of ${rounds} | command line, s | Chromium ${version.split('.')[0]}, wasm, s | ratio |
| --- | ---: | ---: | ---: |
${row('everything: team, proposals, steps', 'whole')}
${row('the steps alone', 'steps')}
`)
