/**
 * What MLPO gains on the embedded team: whole runs of the command line, several seeds, on held-out questions.
 * Each row is one run: before and after on the same questions with the same sampling seeds, against the vote.
 * Usage: npm run bench -- lift PRESET STEPS SIZE SEEDS [more flags of lab train], e.g. lift route 60 2000 1,2,3
 */
import { spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

type Line = Readonly<Record<string, number>>

const [preset = 'route', steps = '60', size = '2000', seeds = '1,2,3', ...flags] = process.argv.slice(2)

interface Run {
  readonly seed: string
  readonly decoding: string
  readonly before: Line
  readonly after: Line
  /** Sum of the steps' own time: sampling, loss and update. */
  readonly stepSeconds: number
  readonly note: string
}

const runs: Run[] = []
for (const seed of seeds.split(',')) runs.push(...(await train(seed)))
console.log(JSON.stringify({ preset, steps: Number(steps), size: Number(size), flags, runs }))
console.log(table())

/** One row per decoding. */
async function train(seed: string): Promise<Run[]> {
  const out = join(mkdtempSync(join(tmpdir(), 'leader-lab-lift-')), 'run')
  const child = spawn(
    process.execPath,
    [
      ...[resolve('dist-cli/lab.js'), 'train', '--preset', preset, '--steps', steps, '--seed', seed],
      ...['--eval-every', steps, '--eval-size', size, '--out', out, '--json', ...flags],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let note = ''
  child.stderr.on('data', (bytes: Buffer) => {
    note = bytes.toString().trim().split('\n').at(-1) ?? note
  })
  const evaluations = new Map<string, Line[]>()
  let stepSeconds = 0
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as { eval?: Line & { decoding: string }; step_time?: number }
    if (line.eval) {
      const key = line.eval.decoding
      evaluations.set(key, [...(evaluations.get(key) ?? []), line.eval])
      console.error(`seed ${seed}, step ${line.eval['step']}, ${key}: ${percent(line.eval['leader_team'])}`)
    }
    stepSeconds += line.step_time ?? 0
  }
  return [...evaluations].map(([decoding, lines]) => {
    const [before, after] = [lines[0], lines.at(-1)]
    if (!before || !after) throw new Error(`The run with seed ${seed} ended early: ${note}`)
    return { seed, decoding, before, after, stepSeconds, note }
  })
}

function table(): string {
  const head = [
    'seed',
    'decoding',
    'before',
    'after',
    'change',
    'vote',
    'over the vote',
    'alone, change',
    'oracle',
  ]
  const rows = runs.map(({ seed, decoding, before, after }) => [
    ...[seed, decoding, percent(before['leader_team']), percent(after['leader_team'])],
    interval(after, 'leader_team_change'),
    percent(after['majority']),
    interval(after, 'gain_over_majority'),
    `${percent(after['leader_alone'])}, ${interval(after, 'leader_alone_change')}`,
    percent(after['oracle']),
  ])
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}

function interval(line: Line, key: string): string {
  const points = (value: number | undefined) => ((value ?? NaN) * 100).toFixed(1)
  return `${points(line[key])} [${points(line[`${key}_low`])}, ${points(line[`${key}_high`])}]`
}

function percent(share: number | undefined): string {
  return `${((share ?? NaN) * 100).toFixed(1)} %`
}
