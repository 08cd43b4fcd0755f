/** The command line in a test: in-process, with caught streams, on models of a few lines. */
import { readFileSync } from 'node:fs'
import { AdapterMismatchError, type Adapter } from '../src/engine/engine.ts'
import { fakeEngine, fakeModule } from '../src/mlpo/testing/fake-engine.ts'
import { fakeTrainer } from '../src/mlpo/testing/fake-trainer.ts'
import { scriptedEngine } from '../src/mlpo/testing/scripted-engine.ts'
import type { Context, Models } from './command.ts'
import { InputError } from './io.ts'
import { main, type ExitCode } from './main.ts'

export type Line = Readonly<Record<string, unknown>>

/** What a file of JSON lines holds. */
export function linesIn<Of = Line>(file: string): Of[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line) as Of)
}

export interface Outcome {
  readonly code: ExitCode
  readonly out: readonly string[]
  readonly notes: readonly string[]
}

/** A trainable leader called `fake-leader`, peers called `fake-peer…` that answer 3 with some luck. */
export const fakeModels: Models = {
  runsOn: 'a few lines',
  open(name) {
    if (!name.startsWith('fake-')) return Promise.reject(new InputError(`There is no model "${name}".`))
    const engine =
      name === 'fake-leader'
        ? fakeEngine(name)
        : scriptedEngine(name, ({ uniform }) => `I think. Answer: ${uniform < 0.5 ? 3 : 4}`)
    return Promise.resolve({
      engine,
      fingerprint: name,
      checkAdapter({ modules }: Adapter) {
        for (const module of modules.keys())
          if (module !== fakeModule) throw new AdapterMismatchError(module, fakeModule, module)
      },
    })
  },
  readAdapter: (folder) => Promise.reject(new InputError(`${folder}: there is no such adapter folder.`)),
  trainer: (_leader, config, state) => Promise.resolve(fakeTrainer(config, state)),
}

/** Settings with which the fake team runs in milliseconds. */
export const fakeFlags = [
  ...['--leader', 'fake-leader', '--peers', 'fake-peer-1,fake-peer-2', '--families', 'remainder'],
  ...['--max-completion-length', '4', '--num-generations', '8', '--prompts-per-step', '2'],
  ...['--task-count', '12', '--eval-size', '10', '--max-grad-norm', '1000', '--learning-rate', '0.1'],
]

const offline: Context['fetch'] = () => Promise.reject(new TypeError('fetch failed'))

export async function lab(
  args: readonly string[],
  {
    cacheFolder = '/nonexistent/cache',
    models = fakeModels,
    fetch = offline,
    onLine,
    onStart,
  }: {
    readonly cacheFolder?: string
    readonly models?: Models
    readonly fetch?: Context['fetch']
    readonly onLine?: (line: string, stop: () => void) => void
    /** Gets what Ctrl-C does. */
    readonly onStart?: (stop: () => void) => void
  } = {},
): Promise<Outcome> {
  const out: string[] = []
  const notes: string[] = []
  const controller = new AbortController()
  onStart?.(() => controller.abort())
  let clock = 0
  const io = {
    out(line: string) {
      out.push(line)
      onLine?.(line, () => controller.abort())
    },
    note: (line: string) => void notes.push(line),
    stream: (text: string) => void out.push(text),
    now: () => (clock += 1),
    peakBytes: () => 0,
    signal: controller.signal,
  }
  const code = await main(args, { io, models, fetch, cacheFolder })
  return { code, out, notes }
}
