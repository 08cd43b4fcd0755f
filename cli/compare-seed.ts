/**
 * One seed of a comparison: its questions, its proposals (shared by all methods), and one method after another. A
 * finished method is read from its file; a training that was interrupted goes on from its checkpoint.
 */
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loadCheckpoint, textOf, writeThenRename } from './checkpoints.ts'
import type { Context } from './command.ts'
import { InputError, progressNotes } from './io.ts'
import type { Questions } from './questions.ts'
import { trainInFolder } from './train-run.ts'
import { trainingData } from './training-data.ts'
import type { Earlier, Exam, Method } from '../src/mlpo/baselines/method.ts'
import { methods } from '../src/mlpo/baselines/methods.ts'
import {
  methodLine,
  readResults,
  resultLine,
  writeResults,
  type RunResult,
} from '../src/mlpo/baselines/result.ts'
import { withoutHeldOut } from '../src/mlpo/baselines/solved.ts'
import { prepareAnswers } from '../src/mlpo/answers/check.ts'
import type { PreparedTask } from '../src/mlpo/batches.ts'
import type { Config } from '../src/mlpo/config/config.ts'
import { decodingsOf } from '../src/mlpo/evaluate.ts'
import { createSamplePool, finished, type SamplePool } from '../src/mlpo/evaluate-pool.ts'
import { hasGold } from '../src/mlpo/proposal-file.ts'
import { prepareAll } from '../src/mlpo/proposals.ts'
import type { SessionState } from '../src/mlpo/session-state.ts'
import type { Task } from '../src/mlpo/task.ts'
import type { Team } from '../src/mlpo/team.ts'

export interface SeedInput {
  readonly out: string
  /** With the seed. */
  readonly config: Config
  readonly split: 'dev' | 'test'
  readonly team: Team
  readonly questions: Questions
  /** Finished proposals of training questions. */
  readonly file: string | undefined
  readonly context: Context
}

export interface SeedRuns {
  /** What the method found with this seed, one per decoding: measured now, or earlier. @throws InputError */
  run(method: Method): Promise<readonly RunResult[]>
}

function resultFile(out: string, { method, seed }: Pick<RunResult, 'method' | 'seed'>): string {
  return join(folderOf(out, { method, seed }), 'result.json')
}

function folderOf(out: string, { method, seed }: Pick<RunResult, 'method' | 'seed'>): string {
  return join(out, method, `seed-${seed}`)
}

/** null where the run is not finished. */
async function storedResults(
  out: string,
  of: Pick<RunResult, 'method' | 'seed'>,
): Promise<readonly RunResult[] | null> {
  const text = await textOf(resultFile(out, of))
  return text === null ? null : readResults(text)
}

/** Everything in the folder, whichever command made it: by method, then by seed. */
export async function allResults(out: string): Promise<RunResult[]> {
  const all: RunResult[] = []
  for (const { name: method } of methods) {
    const folders = await readdir(join(out, method)).catch(() => [])
    const seeds = folders.flatMap((folder) => /^seed-(\d+)$/.exec(folder)?.[1] ?? []).map(Number)
    for (const seed of seeds.sort((a, b) => a - b))
      all.push(...((await storedResults(out, { method, seed })) ?? []))
  }
  return all
}

export async function seedRuns(input: SeedInput): Promise<SeedRuns> {
  const { config, context, team } = input
  const tasks = heldOut(input)
  await prepareAnswers([...tasks.exam, ...tasks.tuning])
  const done = new Map<string, readonly RunResult[]>()
  const pools = new Map<RunResult['decoding'], SamplePool>()
  let train: Promise<readonly PreparedTask[]> | null = null

  async function trained(method: Method): Promise<SessionState | null> {
    const { seed } = config
    if (method.adapterOf !== undefined)
      return loadCheckpoint(folderOf(input.out, { method: method.adapterOf, seed }), context.io)
    if (method.plan === null) return null
    const plan = method.plan(config, (name) => earlierOf(done, name, null))
    const folder = folderOf(input.out, { method: method.name, seed })
    const proposals = await trainingData(plan.config, input)
    return trainInFolder({ folder, plan, team, proposals, context })
  }

  async function measured(method: Method): Promise<readonly RunResult[]> {
    const state = await trained(method)
    await team.leader.setAdapter(state?.trainer.adapter ?? null)
    const own = method.plan !== null && state !== null
    const results: RunResult[] = []
    for (const decoding of decodingsOf(config)) {
      const pool = pools.get(decoding) ?? newPool(config, context)
      pools.set(decoding, pool)
      const temperature = decoding === 'greedy' ? 0 : 1
      const exam: Exam = {
        bench: {
          ...{ team, pool, settings: config, signal: context.io.signal },
          leader: method.adapterOf ?? (own ? method.name : 'untrained'),
          temperatures: { peers: temperature, leader: temperature },
        },
        tasks: tasks.exam,
        tuning: tasks.tuning,
        train: () => (train ??= trainQuestions(input, [...tasks.exam, ...tasks.tuning])),
        earlier: (name) => earlierOf(done, name, decoding),
      }
      const lines = await finished(method.answer(exam), progressNotes(context.io))
      results.push({
        ...{ method: method.name, seed: config.seed, decoding, split: input.split },
        task_ids: tasks.exam.map(({ id }) => id),
        steps: own ? state.step : 0,
        train_tokens: own ? (state.history.at(-1)?.metrics['num_tokens'] ?? 0) : 0,
        lines: lines.map(resultLine),
      })
    }
    return results
  }

  return {
    async run(method) {
      const of = { method: method.name, seed: config.seed }
      const stored = await storedResults(input.out, of)
      const results = stored ?? (await measured(method))
      if (stored === null) {
        await mkdir(folderOf(input.out, of), { recursive: true })
        await writeThenRename(resultFile(input.out, of), writeResults(results))
      }
      done.set(method.name, results)
      return results
    },
  }
}

function newPool({ seed }: Config, { io }: Context): SamplePool {
  return createSamplePool({ seed, now: () => io.now() })
}

/** @param decoding null = whichever there is: what was trained does not depend on it. */
function earlierOf(
  done: ReadonlyMap<string, readonly RunResult[]>,
  method: string,
  decoding: RunResult['decoding'] | null,
): Earlier {
  const run = done.get(method)?.find((one) => decoding === null || one.decoding === decoding)
  if (run === undefined) throw new RangeError(`${method} has not been run`)
  return { lines: run.lines.map(methodLine), trainTokens: run.train_tokens }
}

/** Dev questions that settle which of a few values is best; more would cost more than they tell. */
const tuningLimit = 1000

/** What is measured on, and dev questions beside it, at most as many, for whatever is tuned. */
function heldOut({ config, questions, split }: SeedInput): {
  readonly exam: readonly Task[]
  readonly tuning: readonly Task[]
} {
  const exam = questions.heldOut(config, split).filter(hasGold)
  const keys = new Set(exam.map(({ key }) => key))
  const tuningSize = Math.min(config.eval_size, tuningLimit)
  const dev = questions.heldOut({ ...config, eval_size: exam.length + tuningSize }, 'dev').filter(hasGold)
  if (exam.length === 0) throw new InputError('No held-out question has an answer that can be checked.')
  return { exam, tuning: dev.filter(({ key }) => !keys.has(key)).slice(0, tuningSize) }
}

async function trainQuestions(
  input: SeedInput,
  heldOutTasks: readonly Task[],
): Promise<readonly PreparedTask[]> {
  const { io } = input.context
  const set = await trainingData({ ...input.config, easy_threshold: null }, input)
  const all = await prepareAll(set, { signal: io.signal, onProgress: progressNotes(io) })
  return withoutHeldOut(all, heldOutTasks)
}
