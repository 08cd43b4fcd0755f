/**
 * `lab compare`: MLPO against its baselines (MLPO §5), each method with each seed, one after another. Everything goes to
 * a folder, from which the same command goes on: what is finished is not done again.
 */
import { join } from 'node:path'
import { writeThenRename } from '../checkpoints.ts'
import type { Command } from '../command.ts'
import { allResults, seedRuns } from '../compare-seed.ts'
import { jsonFlag, oneOf, type Given } from '../flags.ts'
import { InputError } from '../io.ts'
import { loadTeam } from '../load-team.ts'
import { datasetFlags, questionsOf } from '../questions.ts'
import { jsonLines, openRunFolder } from '../run-folder.ts'
import { seedsFlag, seedsOf } from '../seeds.ts'
import { configFlag, presetFlag, settingsOf } from '../settings.ts'
import { proposalsFlag } from '../training-data.ts'
import { chosenMethods, methods } from '../../src/mlpo/baselines/methods.ts'
import type { Method } from '../../src/mlpo/baselines/method.ts'
import { contrastResults } from '../../src/mlpo/baselines/contrasts.ts'
import { contrastsCsv, runsCsv } from '../../src/mlpo/baselines/result-csv.ts'
import { resultRow, type RunResult } from '../../src/mlpo/baselines/result.ts'
import { comparisonTable } from '../../src/mlpo/baselines/table.ts'

const methodList = methods.map(({ name, description }) => `${name}: ${description}`).join(' ')

export const compare: Command = {
  name: 'compare',
  summary: 'Compare MLPO with its baselines, seed by seed, on the same questions.',
  usage:
    'lab compare [--preset NAME] [--methods all|LIST] [--seeds N] [--size E] [--steps S] [--out DIR] [--json]',
  flags: {
    flags: [
      presetFlag,
      configFlag,
      {
        name: 'methods',
        value: 'all|LIST',
        help: `Which methods, separated by commas; what one needs is run with it. ${methodList}`,
        default: 'all',
      },
      seedsFlag,
      {
        name: 'split',
        value: 'dev|test',
        help: 'Which held-out questions; test is for final results.',
        default: 'dev',
      },
      {
        name: 'out',
        value: 'DIR',
        help: 'Where every run is kept, with runs.jsonl, rows.csv, contrasts.csv and table.md; the same command goes on from there.',
        default: 'runs/compare',
      },
      ...datasetFlags,
      proposalsFlag,
      jsonFlag,
    ],
    aliases: { size: 'eval_size', steps: 'max_steps', decoding: 'eval_decoding' },
    settings: 'all',
  },
  async run(given, context) {
    const { io } = context
    if (given.settings.has('seed'))
      throw new InputError('Several seeds are compared: give --seeds, not --seed.')
    const config = await settingsOf(given)
    const seeds = seedsOf(given)
    const split = oneOf(given, 'split', { options: ['dev', 'test'], fallback: 'dev' })
    const chosen = methodsOf(given)
    const questions = await questionsOf(given, context)
    const out = given.values.get('out') ?? 'runs/compare'
    const { seed: _, ...settings } = config
    const file = given.values.get('proposals')
    const setup = { ...settings, split, dataset: questions.source, proposals: file ?? null }
    await openRunFolder(out, { name: 'compare.json', setup })
    const { team, dispose } = await loadTeam(config, context)
    let table = ''
    try {
      for (const seed of seeds) {
        const own = { ...config, seed }
        const runs = await seedRuns({ out, config: own, split, team, questions, file, context })
        for (const method of chosen) {
          io.signal.throwIfAborted()
          io.note(`Seed ${seed}: ${method.label} …`)
          const results = await runs.run(method)
          for (const result of results)
            io.out(given.switches.has('json') ? JSON.stringify(resultRow(result)) : textOf(result, method))
          table = await writeSummary(out)
        }
      }
    } finally {
      await dispose()
    }
    if (!given.switches.has('json')) io.out(table)
    io.note(`Written to ${out}: ${summaryFiles.join(', ')}.`)
  },
}

/** @throws UnknownMethodError */
function methodsOf(given: Given): readonly Method[] {
  const text = given.values.get('methods') ?? 'all'
  if (text === 'all') return methods
  return chosenMethods(text.split(',').map((name) => name.trim()))
}

function textOf({ seed, decoding, task_ids, lines }: RunResult, { label }: Method): string {
  const shares = lines.map(({ way, scores }) => {
    const share = scores.reduce((sum, score) => sum + score, 0) / scores.length
    return `${way === 'team' ? 'with the team' : 'alone'} ${(100 * share).toFixed(1)} %`
  })
  return [`seed ${seed} · ${label} (${task_ids.length} questions, ${decoding})`, ...shares].join(' · ')
}

const summaryFiles = ['runs.jsonl', 'rows.csv', 'contrasts.csv', 'table.md'] as const

/** All that the folder holds; gives the table. */
async function writeSummary(out: string): Promise<string> {
  const results = await allResults(out)
  const contrasts = contrastResults(results)
  const table = comparisonTable(results, contrasts)
  const texts: Readonly<Record<(typeof summaryFiles)[number], string>> = {
    'runs.jsonl': jsonLines(results.map(resultRow)),
    'rows.csv': runsCsv(results),
    'contrasts.csv': contrastsCsv(contrasts),
    'table.md': `${table}\n`,
  }
  for (const name of summaryFiles) await writeThenRename(join(out, name), texts[name])
  return table
}
