import { describe, expect, test } from 'vitest'
import { contrastResults } from './contrasts.ts'
import { contrastsCsv, runsCsv } from './result-csv.ts'
import { readResults, resultRow, writeResults, type RunResult } from './result.ts'
import { comparisonTable } from './table.ts'

const questions = 200
/** The first `right` of the questions are right. */
function run(
  method: string,
  seed: number,
  right: { readonly team?: number; readonly alone?: number },
): RunResult {
  const per = (value: number) => Array.from({ length: questions }, () => value)
  return {
    ...{ method, seed, decoding: 'sampled', split: 'dev', steps: 3, train_tokens: 1200 },
    task_ids: Array.from({ length: questions }, (_, q) => `q${q}`),
    lines: (['team', 'alone'] as const).flatMap((way) => {
      const most = right[way]
      if (most === undefined) return []
      const scores = Array.from({ length: questions }, (_, q) => Number(q < most))
      return [{ way, scores, generations: per(4), generated_tokens: per(80), processed_tokens: per(500) }]
    }),
  }
}

const runs = [1, 2].flatMap((seed) => [
  run('mlpo', seed, { team: 160 + seed, alone: 110 }),
  run('grpo-sft', seed, { team: 140, alone: 110 + 20 * (seed === 1 ? 1 : -1) }),
  run('grpo-sft-vote', seed, { alone: 120 }),
])
const flips = 2000

describe('contrasts', () => {
  const found = contrastResults(runs, { flips })

  test('are those whose sides were both run, paired within each seed', () => {
    expect(found.map(({ label }) => label)).toEqual([
      'MLPO, both alone, same data',
      'MLPO, both with the team, same data',
      'MLPO + team against GRPO alone at equal inference tokens',
    ])
    expect(found.map(({ seeds }) => seeds.map(({ difference }) => difference.estimate))).toEqual([
      [expect.closeTo(-0.1), expect.closeTo(0.1)],
      [expect.closeTo(0.105), expect.closeTo(0.11)],
      [expect.closeTo(0.205), expect.closeTo(0.21)],
    ])
  })

  test('hold where every seed is significant to the same side', () => {
    expect(found.map(({ holds }) => holds)).toEqual([false, true, true])
    for (const { seeds } of found) for (const { p } of seeds) expect(p).toBeLessThan(0.01)
  })

  test('are with the leader as it was, with its team and alone, and with every other baseline', () => {
    const others = [
      ...[1, 2].map((seed) => run('untrained', seed, { team: 130, alone: 115 })),
      ...[1, 2].map((seed) => run('vote', seed, { team: 150 })),
      ...[1, 2].map((seed) => run('family-table', seed, { team: 180 })),
    ]
    const more = contrastResults([...runs, ...others], { flips }).slice(found.length)
    expect(more.map(({ label, mean }) => [label, (100 * mean.estimate).toFixed(2)])).toEqual([
      ['MLPO + team − Untrained leader', '15.75'],
      ['MLPO + team − Vote', '5.75'],
      ['MLPO + team − Family → peer table', '-9.25'],
      ['MLPO alone − Untrained leader alone', '-2.50'],
    ])
  })

  test('of the trained controls find nothing in a rate of 0, and take nothing from the claims', () => {
    const own = [1, 2].flatMap((seed) => [
      run('untrained', seed, { team: 130, alone: 115 }),
      run('mlpo-no-sft', seed, { team: 160, alone: 115 }),
    ])
    const controls = [1, 2].flatMap((seed) => [
      run('mlpo-random-reward', seed, { team: 126 }),
      run('mlpo-rate-0', seed, { team: 130 }),
    ])
    const claims = contrastResults(own, { flips })
    const all = contrastResults([...own, ...controls], { flips })
    expect(all.slice(0, claims.length)).toEqual(claims)
    expect(all.slice(claims.length).map(({ label, mean, holds }) => [label, mean.estimate, holds])).toEqual([
      ['MLPO without SFT + team − MLPO, random reward + team', expect.closeTo(0.17), true],
      ['MLPO, random reward + team − Untrained leader', expect.closeTo(-0.02), false],
      ['MLPO without SFT + team − MLPO, learning rate 0 + team', expect.closeTo(0.15), true],
      ['MLPO, learning rate 0 + team − Untrained leader', 0, false],
    ])
    for (const { p } of all.at(-1)?.seeds ?? []) expect(p).toBe(1)
  })

  test('need both sides', () => {
    expect(contrastResults([run('mlpo', 1, { team: 100 })], { flips })).toEqual([])
  })
})

describe('results', () => {
  test('are read back as written', () => {
    expect(readResults(writeResults(runs))).toEqual(runs)
  })

  test.each([['{'], ['{}'], ['{"runs": [{"method": 3}]}']])('%j is refused', (text) => {
    expect(() => readResults(text)).toThrow(/results cannot be read/)
  })

  test('a row has every way with its interval and its cost', () => {
    expect(resultRow(run('mlpo', 1, { team: 50, alone: 100 }))).toMatchObject({
      ...{ method: 'mlpo', seed: 1, n: 200, team: 0.25, alone: 0.5, train_tokens: 1200 },
      ...{ team_generations: 4, team_processed_tokens: 500, alone_generated_tokens: 80 },
    })
  })

  test('the table has means with t intervals over seeds, and warns of a single one', () => {
    const table = comparisonTable(runs, contrastResults(runs, { flips }))
    expect(table).toContain('| MLPO | sampled | 2 | 80.8 ± 3.2 | 55.0 ± 0.0 | 4.0 | 80.0 | 500.0 | 1200 |')
    expect(table).not.toContain('A single seed')
    expect(comparisonTable(runs.slice(0, 3), [])).toContain('A single seed')
  })
})

/** Lines of a CSV by column; none of its cells holds a line break. */
function linesOf(csv: string): Record<string, string>[] {
  const [head = [], ...lines] = csv
    .trimEnd()
    .split('\r\n')
    .map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].map(([, cell = '']) => cell))
  return lines.map((line) => Object.fromEntries(head.map((column, i) => [column, line[i] ?? ''])))
}

describe('the tables for other programs', () => {
  test('have every figure of every run, and nothing where there is none', () => {
    const lines = linesOf(runsCsv(runs))
    expect(lines).toHaveLength(runs.length)
    for (const [i, run] of runs.entries())
      for (const [column, value] of Object.entries(resultRow(run)))
        expect(lines[i]?.[column], column).toBe(String(value))
    expect(lines[0]).toMatchObject({ label: 'MLPO', alone: '0.55', alone_generations: '4' })
    const vote = lines.find(({ method }) => method === 'grpo-sft-vote')
    expect(vote).toMatchObject({ team: '', team_low: '', alone: '0.6' })
    expect(vote?.['label']).toMatch(/^".*, self-consistency"$/)
  })

  test('have each contrast by seed, then over all seeds', () => {
    const found = contrastResults(runs, { flips })
    const lines = linesOf(contrastsCsv(found))
    expect(lines.map(({ seed }) => seed)).toEqual(found.flatMap(() => ['1', '2', 'all']))
    const [first] = found
    const [one, , all] = lines
    const { difference } = first?.seeds[0] ?? {}
    expect([one?.['difference'], one?.['low'], one?.['high']]).toEqual(
      [difference?.estimate, difference?.low, difference?.high].map(String),
    )
    expect(all).toMatchObject({ difference: String(first?.mean.estimate), seeds: '2', holds: '' })
    const many = { seeds: Array.from({ length: 5 }, () => first?.seeds ?? []).flat(), holds: true }
    const claim = found.slice(0, 1).map((contrast) => ({ ...contrast, ...many }))
    expect(linesOf(contrastsCsv(claim)).map(({ holds }) => holds)).toEqual([
      ...many.seeds.map(() => ''),
      'yes',
    ])
  })

  test('say nothing of an interval over one seed', () => {
    const one = contrastResults(
      runs.filter(({ seed }) => seed === 1),
      { flips },
    )
    const all = linesOf(contrastsCsv(one)).find(({ seed }) => seed === 'all')
    expect(all).toMatchObject({ low: '', high: '' })
    expect(all?.['difference']).not.toBe('')
  })
})
