/** `lab evaluate --full`: the whole protocol for one or more seeds, as report.json, rows.csv and report.html. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../src/mlpo/config/config.ts'
import { reportCsv } from '../src/mlpo/evaluation/report-csv.ts'
import { reportHtml } from '../src/mlpo/evaluation/report-html.ts'
import { reportJson } from '../src/mlpo/evaluation/report-json.ts'
import type { EvaluationReport, ReportSizes } from '../src/mlpo/evaluation/report.ts'
import { reportSizes } from '../src/mlpo/evaluation/sizes.ts'
import { decodingsOf } from '../src/mlpo/evaluate.ts'
import { finished } from '../src/mlpo/evaluate-pool.ts'
import { evaluateFully } from '../src/mlpo/evaluate-lab.ts'
import { leadersToCompare, type LabLeader } from '../src/mlpo/evaluate-once.ts'
import { labQuestions } from '../src/mlpo/evaluate-questions.ts'
import { promptStyleName, promptStyles } from '../src/mlpo/prompts.ts'
import type { TeamPeer } from '../src/mlpo/team.ts'
import { writeThenRename } from './checkpoints.ts'
import type { Context } from './command.ts'
import { wholeNumber, type Flag, type Given } from './flags.ts'
import { InputError, progressNotes, UsageError } from './io.ts'
import { loadTeam, type LoadedTeam } from './load-team.ts'
import { questionsOf } from './questions.ts'
import { fullJson, fullText } from './full-report.ts'
import { readError } from './read-error.ts'

export const fullFlags: readonly Flag[] = [
  {
    name: 'full',
    value: null,
    help: 'The whole protocol: every row, control and number of right peers, as a report.',
  },
  { name: 'out', value: 'DIR', help: 'With --full: where report.json, rows.csv and report.html go.' },
  {
    name: 'seeds',
    value: 'S,S,…',
    help: 'With --full: each seed draws its own questions and samples; {seed} in --adapter stands for it. A claim takes five.',
  },
  {
    name: 'runs',
    value: 'N',
    help: 'With --full: whole-team runs of each question at temperature 1.',
    default: '3',
  },
  { name: 'least-per-k', value: 'N', help: 'With --full: questions for each number of right peers.' },
  { name: 'probes', value: 'N', help: 'With --full: questions of each control and robustness test.' },
  { name: 'pass-questions', value: 'N', help: 'With --full: questions of pass@k; 0 leaves it out.' },
  { name: 'pass-samples', value: 'N', help: 'With --full: the largest k of pass@k.', default: '64' },
  {
    name: 'unseen-peer',
    value: 'MODEL',
    help: 'With --full: who takes a peer’s place that no training has seen.',
  },
  { name: 'unseen-role', value: 'TEXT', help: 'With --full: the system prompt of the unseen peer.' },
]

/** What belongs to --full alone, and what does not go with it. @throws UsageError */
export function checkFull({ values, switches }: Given): void {
  const given = [...values.keys(), ...switches]
  const [wrong] = switches.has('full')
    ? given.filter((name) => name === 'control' || name === 'compare-base' || name === 'texts')
    : given.filter((name) => fullFlags.some((flag) => flag.name === name))
  if (wrong === undefined) return
  throw new UsageError(
    switches.has('full') ? `--full includes what --${wrong} does.` : `--${wrong} needs --full.`,
  )
}

export async function evaluateInFull(given: Given, config: Config, context: Context): Promise<void> {
  const { io } = context
  const out = given.values.get('out')
  if (out === undefined) throw new UsageError('--full needs --out DIR for the report.')
  await mkdir(out, { recursive: true }).catch((cause: unknown) => {
    throw readError(out, cause)
  })
  const seeds = seedsOf(given, config)
  const sizes = sizesOf(given, config)
  const split = given.values.get('split') === 'test' ? 'test' : 'dev'
  const questions = await questionsOf(given, context)
  const loaded = await loadTeam(config, context)
  const unseen = await unseenOf(given, config, context)
  try {
    const measured: EvaluationReport[] = []
    const work = evaluateFully({
      ...{ team: loaded.team, config, split, seeds, sizes, unseen: unseen?.peer ?? null },
      decodings: given.settings.has('eval_decoding') ? decodingsOf(config) : ['greedy', 'sampled'],
      questions: (seed) => labQuestions({ ...config, seed }, { split, sizes, source: questions }),
      leaders: (seed) => leadersOf(given, { seed, loaded, context }),
      command: commandOf(given),
      trainings: trainingsOf(given),
      onSeed: (report) => measured.push(report),
      ...{ now: io.now, signal: io.signal },
    })
    const report = await finished(saved(work, { measured, out }), progressNotes(io))
    for (const line of given.switches.has('json') ? fullJson(report) : fullText(report)) io.out(line)
    io.note(`The report is ${join(out, 'report.html')}.`)
  } finally {
    await unseen?.dispose()
    await loaded.dispose()
  }
}

/** After each seed the folder has the report of all seeds so far: whatever ends the rest loses none of them. */
async function* saved<Step, Result>(
  work: AsyncGenerator<Step, Result, void>,
  { measured, out }: { readonly measured: EvaluationReport[]; readonly out: string },
): AsyncGenerator<Step, Result, void> {
  const next = async () => {
    try {
      return await work.next()
    } finally {
      for (const report of measured.splice(0)) await writeReport(out, report)
    }
  }
  for (;;) {
    const { done, value } = await next()
    if (done) return value
    yield value
  }
}

async function writeReport(out: string, report: EvaluationReport): Promise<void> {
  await writeThenRename(join(out, 'report.json'), reportJson(report))
  await writeThenRename(join(out, 'rows.csv'), reportCsv(report))
  await writeThenRename(join(out, 'report.html'), reportHtml(report))
}

function seedsOf(given: Given, config: Config): readonly number[] {
  const text = given.values.get('seeds')
  if (text === undefined) return [config.seed]
  const seeds = text.split(',').map(Number)
  if (seeds.some((seed) => !Number.isInteger(seed)) || new Set(seeds).size < seeds.length)
    throw new InputError(`--seeds ${text}: expected different whole numbers, such as 1,2,3.`)
  return seeds
}

function sizesOf(given: Given, config: Config): ReportSizes {
  const usual = reportSizes(config.eval_size)
  const number = (name: string, fallback: number, min = 1) =>
    wholeNumber(given, name, { min, max: 100_000, fallback })
  return {
    ...usual,
    runs: number('runs', usual.runs),
    leastPerK: number('least-per-k', usual.leastPerK, 0),
    probes: Math.min(config.eval_size, number('probes', usual.probes)),
    train: config.task_count,
    manyQuestions: Math.min(config.eval_size, number('pass-questions', usual.manyQuestions, 0)),
    manySamples: number('pass-samples', usual.manySamples),
  }
}

function trainingsOf({ values }: Given): 'none' | 'one' | 'one per seed' {
  const folder = values.get('adapter')
  return folder === undefined ? 'none' : folder.includes('{seed}') ? 'one per seed' : 'one'
}

async function leadersOf(
  given: Given,
  {
    seed,
    loaded,
    context,
  }: { readonly seed: number; readonly loaded: LoadedTeam; readonly context: Context },
): Promise<readonly LabLeader[]> {
  const folder = given.values.get('adapter')?.replaceAll('{seed}', `${seed}`)
  if (folder === undefined) return leadersToCompare(null)
  const adapter = await context.models.readAdapter(folder)
  loaded.leader.checkAdapter(adapter)
  return leadersToCompare(adapter)
}

async function unseenOf(
  given: Given,
  config: Config,
  { models }: Context,
): Promise<{ readonly peer: TeamPeer; dispose(): Promise<void> } | null> {
  const model = given.values.get('unseen-peer')
  if (model === undefined) return null
  const { engine, fingerprint } = await models.open(model, config)
  const role = given.values.get('unseen-role') ?? config.peer_roles[0] ?? ''
  const style = promptStyles[promptStyleName(engine.info.id)]
  return { peer: { engine, role, style, fingerprint }, dispose: () => engine.dispose() }
}

/** What remakes the report: everything that was given but where it goes. */
function commandOf({ values, switches, settings }: Given): string {
  const named = [...values].filter(([name]) => name !== 'out')
  const set = [...settings].map(([key, value]) => [key.replaceAll('_', '-'), asText(value)] as const)
  const parts = [...named, ...set].map(([name, value]) => `--${name} ${quoted(value)}`)
  return [
    'npm run lab -- evaluate',
    ...[...switches].filter((name) => name !== 'json').map((name) => `--${name}`),
    ...parts,
    '--out DIR',
  ].join(' ')
}

function asText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value)
}

function quoted(text: string): string {
  return /^[\w./,:{}-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
