/**
 * Is the page quick? The built app, each time in a fresh context: first contentful paint, and the first frame in which the
 * recorded run has moved. Then the views with a scripted client in place of the workers (src/ui/testing): tasks of the main
 * thread over 50 ms, and its time per frame, while 60 whole steps a second arrive, at the begin of a run and after 10,000
 * steps. Needs `npm run build`. Usage: npm run bench -- page [rounds] [seconds]
 */
import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import type { Browser, Page } from '@playwright/test'
import { findBrowser } from '../scripts/find-browser.mjs'
import { median, served } from './parts/served.ts'

const rounds = Number(process.argv[2] ?? 5)
const seconds = Number(process.argv[3] ?? 10)
const rate = 60
const longRun = 10_000
const root = process.cwd()
const views = '.cache/views-page'

interface Opening {
  /** All from the start of the navigation, ms. */
  readonly paintMs: number
  readonly recordingMs: number
  readonly movedMs: number
  /** Of the main thread, in its own time, until the run had moved. */
  readonly cpuMs: number
}

interface Feeding {
  /** Steps that the page had taken in at the end of the time. */
  readonly points: number
  readonly frames: number
  /** Durations of the tasks over 50 ms, by the clock. */
  readonly longMs: readonly number[]
  /** The same in the thread's own time: without waiting for a core. */
  readonly longCpuMs: readonly number[]
  /** Where the longest frames spent their time: function, and milliseconds in all. */
  readonly scripts: readonly (readonly [string, number])[]
  /** Of the main thread, in its own time: what a busy machine does not inflate by making it wait. */
  readonly cpuMsPerPoint: number
}

interface Seen {
  paintMs: number
  recordingMs: number
  movedMs: number
  frames: number
  readonly longMs: number[]
  readonly scripts: Record<string, number>
}

declare global {
  interface Window {
    seen: Seen
  }
}

interface ScriptTiming {
  readonly sourceFunctionName: string
  readonly sourceURL: string
  readonly invoker: string
  readonly duration: number
}

/** Runs in the page, before anything of its own. */
function observe(): void {
  const seen: Seen = { paintMs: NaN, recordingMs: NaN, movedMs: NaN, frames: 0, longMs: [], scripts: {} }
  window.seen = seen
  const on = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true })
  on('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') seen.paintMs = startTime
  })
  on('longtask', ({ duration }) => seen.longMs.push(Math.round(duration)))
  on('long-animation-frame', (entry) => {
    const { scripts } = entry as PerformanceEntry & { readonly scripts: readonly ScriptTiming[] }
    for (const { sourceFunctionName, sourceURL, invoker, duration } of scripts) {
      const name = `${sourceFunctionName || invoker} (${sourceURL.split('/').pop() ?? ''})`
      seen.scripts[name] = (seen.scripts[name] ?? 0) + duration
    }
  })
  let first: string | null = null
  const frame = () => {
    seen.frames += 1
    // What the recorded run shows of its position: the step, and the stage that was last done.
    const label = document.querySelector('.player-label')?.textContent ?? null
    const stage = document.querySelector('.rail [aria-current]')?.textContent ?? ''
    const shown =
      label === null ? null : `${label} ${document.querySelectorAll('.rail .is-done').length} ${stage}`
    if (shown !== null && first === null) {
      first = shown
      seen.recordingMs = performance.now()
    } else if (shown !== null && shown !== first && Number.isNaN(seen.movedMs))
      seen.movedMs = performance.now()
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

async function inContext<T>(browser: Browser, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.addInitScript(observe)
    return await work(page)
  } finally {
    await context.close()
  }
}

/** Seconds that the main thread has worked so far, in its own time. */
async function mainThread(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
  }
}

async function opening(page: Page, address: string): Promise<Opening> {
  const busySeconds = await mainThread(page)
  await page.goto(address)
  await page.waitForFunction(() => !Number.isNaN(window.seen.movedMs), null, { timeout: 120_000 })
  const { paintMs, recordingMs, movedMs } = await page.evaluate(() => window.seen)
  return { paintMs, recordingMs, movedMs, cpuMs: 1000 * (await busySeconds()) }
}

/** `steps` are there already when the feeding begins. */
async function feeding(page: Page, address: string, steps: number): Promise<Feeding> {
  await page.goto(`${address}?rate=${rate}&saved=${steps}&steps=${2 * steps + 2000}#/train`)
  await page.getByRole('button', { name: 'Continue', exact: true }).click()
  await page.locator('.train-charts canvas').first().waitFor({ timeout: 120_000 })
  await page.getByText('Running', { exact: true }).waitFor({ timeout: 120_000 })
  const busySeconds = await mainThread(page)
  const stepNow = async () =>
    Number(
      /([\d,]+) of [\d,]+ steps done/
        .exec(await page.locator('.run-state').innerText())?.[1]
        ?.replaceAll(',', ''),
    )
  await page.evaluate(() => {
    Object.assign(window.seen, { frames: 0, longMs: [], scripts: {} })
  })
  const browser = page.context().browser()
  await browser?.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] })
  const [from, busyFrom] = [await stepNow(), await busySeconds()]
  await page.waitForTimeout(seconds * 1000)
  const [to, busyTo] = [await stepNow(), await busySeconds()]
  const { frames, longMs, scripts } = await page.evaluate(() => window.seen)
  const longCpuMs = longTasks(JSON.parse(String(await browser?.stopTracing())) as Trace)
  const longest = Object.entries(scripts)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 5)
    .map(([name, ms]) => [name, Math.round(ms)] as const)
  const points = to - from
  return {
    points,
    frames,
    longMs,
    longCpuMs,
    scripts: longest,
    cpuMsPerPoint: (1000 * (busyTo - busyFrom)) / points,
  }
}

interface Trace {
  readonly traceEvents: readonly {
    readonly name: string
    readonly pid: number
    readonly tid: number
    /** Thread time, µs. */
    readonly tdur?: number
    readonly args: { readonly name?: string }
  }[]
}

function longTasks({ traceEvents }: Trace): number[] {
  const mains = new Set(
    traceEvents.flatMap(({ name, args, pid, tid }) =>
      name === 'thread_name' && args.name === 'CrRendererMain' ? [`${pid}/${tid}`] : [],
    ),
  )
  return traceEvents.flatMap(({ name, pid, tid, tdur = 0 }) =>
    name === 'ThreadControllerImpl::RunTask' && mains.has(`${pid}/${tid}`) && tdur > 50_000
      ? [Math.round(tdur / 1000)]
      : [],
  )
}

/** Built as the app is, so that nothing of a development server is measured. */
function buildViews(): void {
  const args = ['build', 'src/ui/testing', '--config', 'vite.config.ts', '--logLevel', 'warn']
  const out = ['--outDir', join(root, views), '--emptyOutDir']
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), ...args, ...out],
    {
      stdio: 'inherit',
    },
  )
  if (status !== 0) throw new Error('src/ui/testing could not be built; the reason stands above.')
}

buildViews()
const executablePath = await findBrowser()
if (executablePath === null) throw new Error('No browser was found or could be installed.')
const [app, scripted] = [await served(), await served(views)]
const browser = await chromium.launch({ executablePath, args: ['--headless=new', '--no-sandbox'] })
const results = { opening: [] as Opening[], begin: [] as Feeding[], long: [] as Feeding[] }
try {
  for (let round = 0; round < rounds; round++) {
    results.opening.push(await inContext(browser, (page) => opening(page, app.address)))
    results.begin.push(await inContext(browser, (page) => feeding(page, scripted.address, 1)))
    results.long.push(await inContext(browser, (page) => feeding(page, scripted.address, longRun)))
    console.error(`round ${round + 1} of ${rounds}, load ${loadavg()[0]?.toFixed(1) ?? '?'}`)
    console.error(JSON.stringify([results.opening.at(-1), results.begin.at(-1), results.long.at(-1)]))
  }
} finally {
  await browser.close()
  app.server.kill()
  scripted.server.kill()
}

const machine = { machine: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load: loadavg() }
console.log(JSON.stringify({ ...machine, chromium: browser.version(), rounds, seconds, ...results }, null, 2))
const of = <T>(all: readonly T[], read: (each: T) => number, digits = 0) =>
  median(all.map(read)).toFixed(digits)
const column = (read: (each: Feeding) => number, digits = 0) =>
  `${of(results.begin, read, digits)} | ${of(results.long, read, digits)}`
console.log(`
| median of ${rounds} first visits | ms |
| --- | ---: |
| first contentful paint | ${of(results.opening, ({ paintMs }) => paintMs)} |
| the recorded run is there | ${of(results.opening, ({ recordingMs }) => recordingMs)} |
| the recorded run has moved | ${of(results.opening, ({ movedMs }) => movedMs)} |
| main thread until then, its own time | ${of(results.opening, ({ cpuMs }) => cpuMs)} |

| ${seconds} s at ${rate} steps a second, median of ${rounds} | from step 1 | after ${longRun.toLocaleString('en')} steps |
| --- | ---: | ---: |
| steps taken in | ${column(({ points }) => points)} |
| frames | ${column(({ frames }) => frames)} |
| tasks over 50 ms by the clock | ${column(({ longMs }) => longMs.length)} |
| tasks over 50 ms of the thread’s own time | ${column(({ longCpuMs }) => longCpuMs.length)} |
| the longest of these, ms | ${column(({ longCpuMs }) => Math.max(0, ...longCpuMs))} |
| main thread per step, ms of its own time | ${column(({ cpuMsPerPoint }) => cpuMsPerPoint, 1)} |
`)
