/** `lab data check`: what a data set would give, before anything is trained on it. */
import type { Command } from '../command.ts'
import { columnsFlag, openDataset } from '../dataset.ts'
import { jsonFlag, wholeNumber, type Given } from '../flags.ts'
import { UsageError } from '../io.ts'
import { hubPrefix } from '../../src/mlpo/datasets/hub.ts'
import { reportLines, reportOf } from '../../src/mlpo/datasets/report.ts'

const hubFlags = ['subset', 'split', 'revision'] as const

export const data: Command = {
  name: 'data',
  summary: 'Check a data set: answer types, examples, repetitions, overlap, and what cannot be read.',
  usage:
    'lab data check FILE|FOLDER|URL|hub:NAME … [--columns question=Q,answer=A] [--subset S] [--split P] [--revision R] [--json]',
  flags: {
    flags: [
      columnsFlag,
      { name: 'subset', value: 'NAME', help: 'Of a data set on the hub; "all" takes every one.' },
      {
        name: 'split',
        value: 'NAME',
        help: 'Of a data set on the hub, as it is called there.',
        default: 'all',
      },
      {
        name: 'revision',
        value: 'NAME',
        help: 'Of a data set on the hub: a branch, tag or commit.',
        default: 'the newest',
      },
      { name: 'examples', value: 'N', help: 'How many questions to show per file.', default: '2' },
      {
        name: 'problems',
        value: 'N',
        help: 'How many problems and repetitions to list per file.',
        default: '5',
      },
      jsonFlag,
    ],
    positionals: 'any',
  },
  async run(given, context) {
    const [action, ...names] = given.positionals
    if (action !== 'check' || names.length === 0)
      throw new UsageError('say what to check, such as lab data check questions.jsonl')
    const dataset = await openDataset(
      names.map((name) => withHubFlags(name, given)),
      { given, context },
    )
    const report = reportOf(dataset, {
      examples: wholeNumber(given, 'examples', { min: 0, max: 1000, fallback: 2 }),
    })
    const shown = wholeNumber(given, 'problems', { min: 0, max: 1_000_000, fallback: 5 })
    if (given.switches.has('json')) context.io.out(JSON.stringify(report))
    else for (const line of reportLines(report, { shown })) context.io.out(line)
  },
}

/** The flags are another way to write what stands behind the question mark of a hub name. */
function withHubFlags(name: string, given: Given): string {
  const flags = hubFlags.flatMap((flag) => {
    const value = given.values.get(flag)
    return value === undefined ? [] : [[flag, value]]
  })
  if (flags.length === 0) return name
  if (!name.startsWith(hubPrefix))
    throw new UsageError(`--${flags[0]?.[0] ?? ''} is for names on the hub; "${name}" is none.`)
  return `${name}${name.includes('?') ? '&' : '?'}${new URLSearchParams(flags).toString()}`
}
