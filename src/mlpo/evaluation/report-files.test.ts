/** What people get of a report: a page that needs nothing else, and a table that a spreadsheet reads. */
import { describe, expect, test } from 'vitest'
import { sumCosts } from './cost.ts'
import { claimsOf } from './contrasts.ts'
import { percent } from './figure-parts.ts'
import { dotFigure, lineFigure } from './figures.ts'
import { partsOverSeeds } from './over-seeds.ts'
import { reportCsv } from './report-csv.ts'
import { reportHtml } from './report-html.ts'
import { reportJson } from './report-json.ts'
import { readReport } from './report-read.ts'
import { reportVersion, type AskedQuestion, type EvaluationReport, type ReportPart } from './report.ts'
import { sectionsOf } from './sections.ts'
import { reportSizes } from './sizes.ts'

const share = (value: number) => ({ value, low: value - 0.1, high: value + 0.1 })
const part = (seed: number, best: number): ReportPart => ({
  ...{ seed, decoding: 'sampled', made: sumCosts([]) },
  rows: [
    {
      id: 'main/team',
      label: 'Leader, "M" & <team>',
      n: 10,
      share: share(0.5 + seed / 10),
      interval: 'wilson',
      cost: null,
    },
    {
      id: 'best-peer',
      label: `Best peer (peer ${best})`,
      n: 10,
      share: share(0.4),
      interval: 'wilson',
      cost: sumCosts([]),
    },
  ],
  contrasts: [
    {
      ...{ id: 'c', label: 'against the vote', a: 'main/team', b: 'vote' },
      difference: share(0.1),
      test: { p: 0.2, adjusted: 0.4 },
    },
  ],
  families: [
    {
      family: 'chain',
      n: 10,
      vote: 0.5,
      table: 0.6,
      peers: [0.5],
      leaders: [{ name: 'main', team: 0.5, alone: 0.4 }],
    },
  ],
  strata: [
    {
      leader: 'main',
      strata: [
        { k: 0, n: 0, naturalShare: 0, team: null, alone: null, vote: null },
        { k: 1, n: 10, naturalShare: 1, team: share(0.5), alone: share(0.4), vote: 1 },
      ],
      total: { team: share(0.5), alone: share(0.4), vote: share(1) },
    },
  ],
  againstVote: [
    {
      leader: 'main',
      outcomes: [
        { vote: 'right', n: 5, team: share(0.8), alone: share(0.4), oracle: 1 },
        { vote: 'tied', n: 0, team: null, alone: null, oracle: null },
        { vote: 'wrong', n: 5, team: share(0.2), alone: share(0.3), oracle: 0.5 },
      ],
    },
  ],
  behaviour: [
    {
      ...{ leader: 'main', copyRates: [null], overruleRate: 0.1, overruleRight: null, discrimination: 0.2 },
      ...{ readable: 1, thoughtsChecked: 0.5, thoughtConsistent: 1, leaderTokens: 20 },
    },
  ],
  probes: [
    {
      ...{ leader: 'main', name: 'liar', label: 'One peer lies', kind: 'robustness', n: 10 },
      ...{ team: share(0.3), change: share(-0.2), alone: share(0.4), vote: share(0.2), router: share(0.2) },
    },
  ],
  peersWorth: [
    {
      leader: 'main',
      n: 10,
      subsets: [0.4, 0.5],
      shapley: [0.1],
      replaced: [{ changed: 0.2, loss: share(0.1) }],
    },
  ],
  many: [
    {
      leader: 'main',
      prompt: 'team',
      n: 5,
      samples: 2,
      points: [
        { k: 1, share: share(0.5) },
        { k: 2, share: share(0.6) },
      ],
    },
  ],
})

const said = { answer: '3', right: true, text: 'It is 3. Answer: 3' }
const asked: AskedQuestion = {
  ...{ id: 'chain-1-1-0', family: 'chain', question: 'Add 1 and <2>.', gold: '3', peers: [said], seats: [0] },
  leaders: [{ name: 'main', team: { answer: null, right: false, text: null }, alone: null }],
}

function reportOf(parts: readonly ReportPart[]): EvaluationReport {
  return {
    version: reportVersion,
    ...{ title: 'A <team>', command: 'npm run lab -- evaluate --full', parts, claims: claimsOf(parts) },
    questions: parts.map(({ seed }) => ({ seed, decoding: 'sampled', questions: [asked] })),
    setup: {
      ...{ split: 'dev', leader: 'main', peers: ['p'], rounds: 1, seeds: parts.map(({ seed }) => seed) },
      ...{
        sizes: reportSizes(10),
        leaders: [{ name: 'main', label: 'Leader' }],
        leftOut: ['Much & more'],
        trainings: 1,
      },
    },
  }
}

describe('report.html', () => {
  const page = reportHtml(reportOf([part(1, 2)]))

  test('asks for nothing: no script, no link, no address, no embedded file', () => {
    expect(page).not.toMatch(/<script|<link|<img|src=|href=|url\(|@import|https?:/)
  })

  test('has no text of others as markup', () => {
    expect(page).toContain('A &lt;team&gt;')
    expect(page).toContain('Leader, &quot;M&quot; &amp; &lt;team&gt;')
    expect(page).not.toContain('<team>')
  })

  test('has a table behind each figure, each figure a name, and no number that is none', () => {
    const sections = page.split('<section>').filter((text) => text.includes('<svg'))
    expect(sections.length).toBeGreaterThan(4)
    for (const text of sections) {
      expect(text).toContain('<table>')
      expect(text).toMatch(/role="img" aria-label="[^"]+"/)
    }
    expect(page).not.toMatch(/NaN|Infinity|undefined|null/)
  })

  test('follows light and dark', () => expect(page).toMatch(/color-scheme: light dark/))
})

describe('several seeds', () => {
  test('become their mean with Student’s t interval; words that differ are dropped', () => {
    const [mean, ...others] = partsOverSeeds(reportOf([part(1, 2), part(2, 3)]))
    expect(others).toEqual([])
    const [team, best] = mean?.rows ?? []
    expect(team?.share.value).toBeCloseTo(0.65)
    // t(0.975, 1) · s / √2, s = 0.0707
    expect((team?.share.high ?? 0) - 0.65).toBeCloseTo(0.635, 2)
    expect(best?.label).toBe('Best peer')
    expect(mean?.strata[0]?.strata[0]?.team).toBeNull()
  })

  test('one seed stays as it is', () => {
    const report = reportOf([part(1, 2)])
    expect(partsOverSeeds(report)).toEqual(report.parts)
  })
})

describe('report.json', () => {
  const file = reportJson(reportOf([part(1, 2), part(2, 3)]))

  test('is read as it was written', () => {
    expect(readReport(file)).toEqual(JSON.parse(file))
  })

  test.each([
    ['not JSON', '{', null, /not JSON/],
    [
      'of another version',
      file.replace('"version":2', '"version":1'),
      'version',
      /version 1; here version 2/,
    ],
    ['without its parts', file.replace('"parts"', '"halves"'), 'parts', /no evaluation report: parts/],
    [
      'with a word for a number',
      file.replace('"k":1', '"k":"1"'),
      'parts.0.strata.0.strata.1.k',
      /report\.json/,
    ],
  ])('that is %s is refused, and says where', (_, wrong, where, message) => {
    expect(wrong).not.toBe(file)
    expect(() => readReport(wrong)).toThrow(message)
    expect(() => readReport(wrong)).toThrow(expect.objectContaining({ where }))
  })
})

describe('rows.csv', () => {
  const lines = reportCsv(reportOf([part(1, 2), part(2, 3)]))
    .trimEnd()
    .split('\r\n')

  test('has a cell for each column in every line, quotes where it must', () => {
    const width = lines[0]?.split(',').length
    for (const line of lines) {
      const bare = line.replace(/"(?:[^"]|"")*"/g, '')
      expect(bare.split(',')).toHaveLength(width ?? 0)
    }
    expect(lines[1]).toContain('"Leader, ""M"" & <team>"')
  })

  test('has every section of every seed', () => {
    const sections = (seed: string) =>
      new Set(lines.filter((line) => line.split(',')[1] === seed).map((line) => line.split(',')[0]))
    const all = [
      'row',
      'contrast',
      'family',
      'right peers',
      '"right peers, reweighted"',
      'behaviour',
      'probe/liar',
    ]
    expect([...sections('1')]).toEqual(expect.arrayContaining(all.filter((name) => !name.startsWith('"'))))
    expect(sections('2')).toEqual(sections('1'))
  })
})

describe('what a report says in words', () => {
  const wordsOf = (seeds: readonly number[]) =>
    sectionsOf(reportOf(seeds.map((seed) => part(seed, 2))), 'wide')[0]?.sections[0]?.words

  test('one seed, or two, claim nothing and say so', () => {
    expect(wordsOf([1])).toEqual([
      'Against the vote: 10.0 points ahead (0.0 to 20.0), not told apart from chance (corrected p 0.40).',
      'A claim takes five seeds; this is one.',
    ])
    expect(wordsOf([1, 2])?.at(-1)).toBe('A claim takes five seeds; these are 2.')
  })

  test('five seeds that are not told apart from chance are no claim', () => {
    expect(wordsOf([1, 2, 3, 4, 5])).toEqual([
      'Against the vote: 10.0 points ahead (10.0 to 10.0), told apart from chance in 0 of 5 seeds: no claim.',
    ])
  })
})

test('what holds with one training is said of that leader alone', () => {
  const sure = (seed: number): ReportPart => {
    const [first] = part(seed, 2).contrasts
    return { ...part(seed, 2), contrasts: first ? [{ ...first, test: { p: 0.001, adjusted: 0.002 } }] : [] }
  }
  const report = reportOf([1, 2, 3, 4, 5].map(sure))
  const words = ({ setup, ...rest }: EvaluationReport, trainings: number) =>
    sectionsOf({ ...rest, setup: { ...setup, trainings } }, 'wide')[0]?.sections[0]?.words
  const holds = 'Against the vote: 10.0 points ahead (10.0 to 10.0). The claim holds: in each of 5 seeds.'
  expect(words(report, 5)).toEqual([holds])
  expect(words(report, 1)).toEqual([
    holds,
    'What holds here holds for this one trained leader. About the method it takes five trainings.',
  ])
})

describe.each(['wide', 'narrow'] as const)('the %s figures', (layout) => {
  test('keep everything within their frame', () => {
    const figures = sectionsOf(reportOf([part(1, 2)]), layout).flatMap(({ sections }) =>
      sections.flatMap(({ figure }) => figure ?? []),
    )
    expect(figures.length).toBeGreaterThan(5)
    for (const figure of figures) {
      const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(figure) ?? []
      const within = (pattern: RegExp, most: number) => {
        for (const [, at] of figure.matchAll(pattern)) {
          expect(Number(at), figure).toBeGreaterThanOrEqual(0)
          expect(Number(at), figure).toBeLessThanOrEqual(most)
        }
      }
      within(/ c?x[12]?="([^"]+)"/g, Number(width))
      within(/ c?y[12]?="([^"]+)"/g, Number(height))
    }
  })
})

describe('figures', () => {
  const dots = [{ label: 'x', value: 0.5, low: 0.4, high: 0.7, colour: 'red', marks: [0.2, 0.9] }]

  test('a dot lies within its interval, left of what is larger', () => {
    const figure = dotFigure({
      name: 'f',
      dots: [...dots, { ...dots[0], label: 'y', value: 0.6 } as never],
      unit: 'share',
    })
    const centres = [...figure.matchAll(/<circle cx="([\d.]+)" cy="\d+" r="4.5"/g)].map(([, x]) => Number(x))
    expect(centres[0]).toBeLessThan(centres[1] ?? 0)
    const [, x1, x2] = /<line x1="([\d.]+)" x2="([\d.]+)"[^>]*stroke="red"/.exec(figure) ?? []
    expect(Number(x1)).toBeLessThan(centres[0] ?? 0)
    expect(Number(x2)).toBeGreaterThan(centres[0] ?? 0)
  })

  test('lines on a log scale set doublings apart evenly', () => {
    const points = [1, 2, 4].map((x) => ({ x, y: 0.5, low: 0.4, high: 0.6 }))
    const figure = lineFigure({
      name: 'f',
      lines: [{ label: 'l', colour: 'red', points }],
      xName: 'k',
      scale: 'log',
    })
    const [a = 0, b = 0, c = 0] = [...figure.matchAll(/<circle cx="([\d.]+)"/g)].map(([, x]) => Number(x))
    expect(b - a).toBeGreaterThan(10)
    expect(c - b).toBeCloseTo(b - a, 0)
  })

  test.each([0.02, 0.3, 0.47, 0.95, 1.4])(
    'ticks of differences up to %f are evenly set, 0 among them',
    (size) => {
      const one = { label: 'x', value: 0, low: -size / 3, high: size, colour: 'red' }
      const figure = dotFigure({ name: 'f', dots: [one], unit: 'points' })
      const found = [...figure.matchAll(/class="tick" x="([\d.]+)"[^>]*>([−\d]+)</g)]
      const places = found.map(([, x]) => Number(x))
      const names = found.map(([, , name]) => Number(name?.replace('−', '-')))
      expect(names).toContain(0)
      const slopes = names
        .slice(1)
        .map((name, i) => ((places[i + 1] ?? 0) - (places[i] ?? 0)) / (name - (names[i] ?? 0)))
      for (const slope of slopes) expect(slope).toBeCloseTo(slopes[0] ?? 0, 1)
      expect(slopes[0]).toBeGreaterThan(0)
    },
  )

  test('nothing is less than nothing', () => {
    expect([-0.0001, -0.012, 0.5].map(percent)).toEqual(['0.0', '−1.2', '50.0'])
  })
})
