/**
 * The session with WebLLM as the leader's sampler beside group decoding in tfjs: the same run, steps of 4 prompts × 4
 * completions of preset `nano`, seed 1, in the built app in headless Chromium. Prints the trend of both and the tokens
 * per second of the leader's rollouts. On a software GPU the trainer stays on the processor, which is the faster one.
 * Needs `npm run build`. Usage: npm run bench -- webllm-train [steps] [trainer of WebLLM's run: wasm | webgpu]
 */
import { spawn } from 'node:child_process'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium } from '@playwright/test'
import type { Browser } from '@playwright/test'
import { findBrowser } from '../scripts/find-browser.mjs'
import type { Key } from '../src/mlpo/config/config.ts'
import { fieldOf } from '../src/mlpo/config/fields.ts'
import type { Stage } from '../src/mlpo/stages.ts'
import type { LeaderEvent } from '../src/workers/protocol.ts'

const [stepsWanted = '20', trainer = 'wasm'] = process.argv.slice(2)
const settings = {
  max_steps: Number(stepsWanted),
  prompts_per_step: 4,
  num_generations: 4,
  seed: 1,
  eval_every: 0,
  eval_size: 1,
} as const satisfies Partial<Record<Key, number>>

interface Step {
  readonly reward: number
  readonly tokens: number
  readonly sampleSeconds: number
  readonly stepSeconds: number
}

interface EngineRun {
  readonly address: string
  readonly engine: string
  readonly steps: readonly Step[]
}

/** `dist/`, by the server that `npm start` uses. */
async function served() {
  const server = spawn(process.execPath, [join(process.cwd(), 'scripts/serve.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: server.stdout })) {
    const address = /http:\S+/.exec(line)?.[0]
    if (address !== undefined) return { server, address }
  }
  throw new Error('scripts/serve.mjs gave no address.')
}

declare global {
  interface Window {
    /** Given by Playwright. */
    hear(event: string): void
  }
}

/** In a context of its own: nothing is stored there. */
async function run(browser: Browser, address: string, query: string): Promise<EngineRun> {
  const context = await browser.newContext()
  try {
    const page = await context.newPage()
    const steps: Step[] = []
    let sampled = 0
    let engine = ''
    const ended = new Promise<void>((resolve, reject) => {
      const hear = (text: string) => {
        const event = JSON.parse(text) as LeaderEvent
        if (event.type === 'team')
          engine = `${event.team.device.engine}, trained on ${event.team.device.backend}`
        if (event.type === 'error') reject(new Error(event.error.message))
        if (event.type !== 'stage') return
        if (event.stage.stage === 'sample') sampled = tokensOf(event.stage)
        if (event.stage.stage !== 'update' || event.stage.metrics === null) return
        steps.push(stepOf(event.stage.metrics, sampled))
        console.error(`${query}: step ${steps.length} of ${settings.max_steps}`, steps.at(-1))
        if (steps.length === settings.max_steps) resolve()
      }
      void page.exposeFunction('hear', hear)
    })
    await page.addInitScript(passOn)
    await page.goto(`${address}?preset=nano&${query}#/train`)
    for (const [key, value] of Object.entries(settings))
      await page.getByRole('textbox', { name: fieldOf(key as Key).label, exact: true }).fill(String(value))
    await page.getByRole('button', { name: 'Run', exact: true }).click()
    await ended
    return { address: query, engine, steps }
  } finally {
    await context.close()
  }
}

/** Runs in the page: what the leader's worker says, where its message arrives. */
function passOn(): void {
  window.Worker = class extends Worker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options)
      if (options?.name?.startsWith('nano-leader ') !== true) return
      this.addEventListener('message', ({ data }: MessageEvent<LeaderEvent>) => {
        if (data.type !== 'progress') window.hear(JSON.stringify(data))
      })
    }
  }
}

function tokensOf({ groups }: Extract<Stage, { readonly stage: 'sample' }>): number {
  return groups.flat().reduce((sum, { ids }) => sum + ids.length, 0)
}

function stepOf(metrics: Readonly<Record<string, number>>, tokens: number): Step {
  const { reward = NaN, step_time: stepSeconds = NaN } = metrics
  return { reward, tokens, sampleSeconds: (metrics['timing/sample_ms'] ?? NaN) / 1000, stepSeconds }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function row({ engine, steps }: EngineRun): string {
  const half = Math.ceil(steps.length / 2)
  const reward = (part: readonly Step[]) => mean(part.map((step) => step.reward)).toFixed(3)
  const speed = median(steps.map(({ tokens, sampleSeconds }) => tokens / sampleSeconds))
  const seconds = median(steps.map(({ stepSeconds }) => stepSeconds))
  return `| ${engine} | ${speed.toFixed(0)} | ${seconds.toFixed(1)} | ${reward(steps.slice(0, half))} | ${reward(steps.slice(half))} |`
}

const executablePath = await findBrowser()
if (executablePath === null) throw new Error('No browser was found or could be installed.')
const { server, address } = await served()
const args = ['--headless=new', '--no-sandbox', '--enable-unsafe-webgpu']
const software = trainer === 'wasm' ? ['--use-webgpu-adapter=swiftshader'] : []
const browser = await chromium.launch({ executablePath, args: [...args, ...software] })
const runs: EngineRun[] = []
const version = browser.version()
try {
  for (const query of [`engine=webllm&backend=${trainer}`, 'backend=wasm'])
    runs.push(await run(browser, address, query))
} finally {
  await browser.close()
  server.kill()
}
const machine = cpus()[0]?.model ?? 'unknown'
console.log(JSON.stringify({ machine, cores: cpus().length, chromium: version, settings, runs }, null, 2))
console.log(`
| ${settings.max_steps} steps of 4 × 4, preset nano, seed ${settings.seed}; medians | leader, tokens/s | a step, s | mean reward, first half | second half |
| --- | ---: | ---: | ---: | ---: |
${runs.map(row).join('\n')}
`)
