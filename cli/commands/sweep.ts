/**
 * `lab sweep FILE`: a declared grid of runs (MLPO §5, "Ablations"), one after another, each trained and then evaluated on
 * dev questions. The same command goes on where it was interrupted; what is finished is not done again.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { textOf, writeThenRename } from '../checkpoints.ts'
import type { Command, Context } from '../command.ts'
import { jsonFlag } from '../flags.ts'
import { InputError, progressNotes, UsageError } from '../io.ts'
import { loadTeam } from '../load-team.ts'
import { datasetFlags, questionsOf, readInput, type Questions } from '../questions.ts'
import { evaluationKeys, evaluationText } from '../report.ts'
import { jsonLines, openRunFolder } from '../run-folder.ts'
import { trainInFolder } from '../train-run.ts'
import { trainingData } from '../training-data.ts'
import { createEvaluator, decodingsOf } from '../../src/mlpo/evaluate.ts'
import type { Evaluation } from '../../src/mlpo/stages.ts'
import { parseSweep, SweepFileError, type Sweep, type SweepCell } from '../../src/mlpo/sweep.ts'
import { sweepFigure, sweepTable, type SweepRun } from '../../src/mlpo/sweep-summary.ts'

export const sweep: Command = {
  name: 'sweep',
  summary: 'Train and evaluate every combination of a declared grid of settings.',
  usage: 'lab sweep FILE [--out DIR] [--json]',
  flags: {
    flags: [
      {
        name: 'out',
        value: 'DIR',
        help: 'Where every run is kept, with runs.jsonl, table.md and figure.svg; the same command goes on from there.',
        default: 'runs/NAME',
      },
      ...datasetFlags,
      jsonFlag,
    ],
    positionals: 'any',
  },
  async run(given, context) {
    const { io } = context
    const [file, extra] = given.positionals
    if (file === undefined || extra !== undefined)
      throw new UsageError(
        'one file is needed: {"name": "beta", "preset": "nano", "grid": {"beta": [0, 0.1]}, "seeds": 3, "steps": 60, "size": 300}.',
      )
    const declared = await sweepFrom(file)
    const out = given.values.get('out') ?? join('runs', declared.name)
    const questions = await questionsOf(given, context)
    await openRunFolder(out, { name: 'sweep.json', setup: setupOf(declared, questions) })
    const json = given.switches.has('json')
    const runs: SweepRun[] = []
    const rows: object[] = []
    for (const cell of declared.cells)
      for (const seed of declared.seeds) {
        io.signal.throwIfAborted()
        io.note(`${cell.label}, seed ${seed} …`)
        for (const found of await cellRun({ out, cell, seed, questions, context })) {
          const { trainTokens, evaluation } = found
          runs.push({ cell: cell.id, seed, evaluation })
          const head = { sweep: declared.name, ...cell.settings, seed, train_tokens: trainTokens }
          const row = { ...head, ...evaluationKeys(evaluation) }
          rows.push(row)
          io.out(
            json
              ? JSON.stringify(row)
              : evaluationText(evaluation, { title: `${cell.label}, seed ${seed}`, change: null }),
          )
        }
        await writeThenRename(join(out, 'runs.jsonl'), jsonLines(rows))
      }
    const table = sweepTable(declared, runs)
    await writeThenRename(join(out, 'table.md'), `${table}\n`)
    await writeThenRename(join(out, 'figure.svg'), sweepFigure(declared, runs))
    if (!json) io.out(table)
    io.note(`Written to ${join(out, 'runs.jsonl')}, ${join(out, 'table.md')} and ${join(out, 'figure.svg')}.`)
  },
}

/** @throws InputError */
async function sweepFrom(file: string): Promise<Sweep> {
  const text = await readInput(file)
  try {
    return parseSweep(text)
  } catch (error) {
    if (error instanceof SweepFileError) throw new InputError(`${file}: ${error.message}.`)
    throw error
  }
}

/** More seeds or values may be asked for later; what a run depends on may not change under it. */
function setupOf({ name, cells }: Sweep, { source }: Questions): Record<string, unknown> {
  const [first] = cells
  const swept = new Set(Object.keys(first?.settings ?? {}))
  const fixed = Object.entries(first?.config ?? {}).filter(([key]) => key !== 'seed' && !swept.has(key))
  return { name, dataset: source, swept: [...swept], ...Object.fromEntries(fixed) }
}

interface Found {
  readonly trainTokens: number
  readonly evaluation: Evaluation
}

const storedRun = v.object({
  trainTokens: v.number(),
  evaluations: v.array(v.custom<Evaluation>((value) => typeof value === 'object' && value !== null)),
})

/** One per decoding: measured now, or earlier. */
async function cellRun({
  out,
  cell,
  seed,
  questions,
  context,
}: {
  readonly out: string
  readonly cell: SweepCell
  readonly seed: number
  readonly questions: Questions
  readonly context: Context
}): Promise<readonly Found[]> {
  const folder = join(out, cell.id, `seed-${seed}`)
  const file = join(folder, 'result.json')
  const stored = await textOf(file)
  if (stored !== null) return foundIn(file, stored)
  const config = { ...cell.config, seed }
  const { io } = context
  const { team, dispose } = await loadTeam(config, context)
  try {
    const proposals = await trainingData(config, { team, questions, file: undefined, context })
    const plan = { config, ends: 'steps' } as const
    const state = await trainInFolder({ folder, plan, team, proposals, context })
    await team.leader.setAdapter(state.trainer.adapter)
    const evaluator = createEvaluator({ team, tasks: questions.heldOut(config, 'dev'), settings: config })
    const evaluations: Evaluation[] = []
    for (const decoding of decodingsOf(config)) {
      const options = { step: state.step, decoding, signal: io.signal, onProgress: progressNotes(io) }
      evaluations.push((await evaluator.evaluate(options)).evaluation)
    }
    const trainTokens = state.history.at(-1)?.metrics['num_tokens'] ?? 0
    await mkdir(folder, { recursive: true })
    await writeThenRename(file, `${JSON.stringify({ trainTokens, evaluations })}\n`)
    return evaluations.map((evaluation) => ({ trainTokens, evaluation }))
  } finally {
    await dispose()
  }
}

/** @throws InputError */
function foundIn(file: string, text: string): readonly Found[] {
  try {
    const { trainTokens, evaluations } = v.parse(storedRun, JSON.parse(text))
    return evaluations.map((evaluation) => ({ trainTokens, evaluation }))
  } catch {
    throw new InputError(`${file} is damaged. Delete it, and the run is measured again.`)
  }
}
