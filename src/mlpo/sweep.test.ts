import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { presetNamed } from './config/presets.ts'
import { parseSweep, SweepFileError } from './sweep.ts'
import { sweepFigure, sweepTable, type SweepRun } from './sweep-summary.ts'

const file = (given: object) =>
  JSON.stringify({
    name: 'try',
    preset: 'nano',
    grid: { beta: [0, 0.1], group_by: ['prompt', 'task'] },
    ...given,
  })

function problemsOf(text: string): readonly string[] {
  try {
    parseSweep(text)
  } catch (error) {
    if (error instanceof SweepFileError) return error.problems
    throw error
  }
  return []
}

describe('a sweep', () => {
  test('is every combination on top of preset, settings, steps and size', () => {
    const { cells, seeds, name } = parseSweep(
      file({ seeds: 2, steps: 7, size: 50, settings: { learning_rate: 0.01 } }),
    )
    expect([name, seeds]).toEqual(['try', [1, 2]])
    expect(cells.map(({ label }) => label)).toEqual([
      'beta 0, group_by prompt',
      'beta 0, group_by task',
      'beta 0.1, group_by prompt',
      'beta 0.1, group_by task',
    ])
    const own = { learning_rate: 0.01, max_steps: 7, eval_size: 50 }
    expect(cells[3]?.config).toEqual({ ...presetNamed('nano')?.config, ...own, beta: 0.1, group_by: 'task' })
  })

  test('starts from the preset that it names', () => {
    const [cell] = parseSweep(file({ preset: 'read' })).cells
    expect(cell?.config.permute_seats).toBe(true)
  })

  test('a cell keeps its name when values are added around it', () => {
    const ids = (beta: readonly number[]) => parseSweep(file({ grid: { beta } })).cells.map(({ id }) => id)
    expect(ids([0, 0.1, 0.2])).toEqual(expect.arrayContaining(ids([0.1, 0])))
    expect(new Set(ids([0, 0.1, 0.2])).size).toBe(3)
  })

  test('names of cells are names of folders, whatever the values', () => {
    const { cells } = parseSweep(file({ grid: { peers: [['../a b', 'c'], ['d/'.repeat(100)]] } }))
    for (const { id } of cells) expect(id).toMatch(/^[\w.-]{1,100}$/)
  })

  test.each([
    ['{', [/not JSON/]],
    ['[]', [/not an object/]],
    [file({ sedes: 3 }), [/"sedes" is not expected; did you mean "seeds"\?/]],
    [file({ name: 'a b' }), [/"name" must be/]],
    [file({ name: undefined }), [/"name" must be/]],
    [file({ preset: 'nan' }), [/"preset" must be one of route, nano/]],
    [file({ seeds: 0 }), [/"seeds" must be/]],
    [file({ seeds: [1, 'x'] }), [/"seeds" must be/]],
    [file({ grid: {} }), [/"grid" must be/]],
    [file({ grid: { bta: [0] } }), [/"grid": bta is not a setting; did you mean beta\?/]],
    [file({ grid: { seed: [0] } }), [/give "seeds", not seed/]],
    [file({ grid: { beta: 0 } }), [/beta must be a list of different values/]],
    [file({ grid: { beta: [0, 0] } }), [/beta must be a list of different values/]],
    [file({ grid: { beta: [0, -1] } }), [/with beta -1: beta \(-1\) is too small/]],
    [file({ settings: { betta: 1 } }), [/"settings": betta is not a setting/]],
    [file({ settings: 3 }), [/"settings" must be an object/]],
    [file({ steps: 0 }), [/max_steps \(0\) is too small/]],
    [
      file({ grid: { seed: [1], rounds: 'x' }, seeds: -1 }),
      [/"seeds"/, /seeds", not seed/, /rounds must be/],
    ],
  ])('%s is refused with all that is wrong', (text, messages) => {
    const problems = problemsOf(text)
    expect(problems).toHaveLength(messages.length)
    for (const [i, message] of messages.entries()) expect(problems[i]).toMatch(message)
  })
})

describe('the sweeps of the documentation', () => {
  const folder = new URL('../../docs/sweeps/', import.meta.url)

  test.each(readdirSync(folder))('%s can be run', (name) => {
    const sweep = parseSweep(readFileSync(new URL(name, folder), 'utf8'))
    expect(`${sweep.name}.json`).toBe(name)
    expect(sweep.cells.length).toBeGreaterThan(1)
  })
})

describe('the summary', () => {
  const sweep = parseSweep(file({ grid: { beta: [0, 0.1] }, name: 'a-b', seeds: 2 }))
  const share = (value: number) => ({ value, low: value, high: value })
  const runs = sweep.cells.flatMap(({ id }, cell) =>
    [1, 2].map((seed): SweepRun => ({
      cell: id,
      seed,
      evaluation: {
        ...{ n: 100, decoding: 'sampled', leaderAlone: share(0.5), majority: share(0.6) },
        leaderTeam: share(0.7 + 0.1 * cell + 0.01 * seed),
      },
    })),
  )

  test('has a line for each cell that was run', () => {
    expect(sweepTable(sweep, runs)).toContain('| beta 0 | sampled | 2 | 71.5 [65.1, 77.9] |')
    expect(sweepTable(sweep, runs.slice(0, 1))).toContain('| beta 0 | sampled | 1 | 71.0 [61.5, 79.0] |')
    expect(sweepTable(sweep, runs.slice(0, 1))).not.toContain('beta 0.1')
  })

  test('draws a dot for each run, one for each mean, and the vote', () => {
    const figure = sweepFigure(sweep, runs)
    expect(figure.match(/<circle/g)).toHaveLength(runs.length + sweep.cells.length)
    expect(figure.match(/stroke-dasharray/g)).toHaveLength(sweep.cells.length)
    expect(figure).not.toMatch(/NaN|Infinity/)
  })

  test('is drawn without any run, too', () => {
    expect(sweepFigure(sweep, [])).not.toMatch(/NaN|Infinity/)
  })
})
