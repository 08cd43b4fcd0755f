/**
 * Reads `report.json`, whoever wrote it: checked in full, so that what is shown of a report can rely on its shape. It
 * does not check that the numbers follow from each other.
 */
import * as v from 'valibot'
import { reportVersion, type EvaluationReport } from './report.ts'

/** The file is not a report that this version can show. */
export class ReportFileError extends Error {
  override readonly name = 'ReportFileError'
  constructor(
    /** Such as `parts.0.rows.3.share`; null = the file as a whole. */
    readonly where: string | null,
    message: string,
  ) {
    super(message)
  }
}

const text = v.string()
const number = v.number()
const count = v.pipe(v.number(), v.minValue(0))
const decoding = v.picklist(['greedy', 'sampled'])
const share = v.object({ value: number, low: number, high: number })
const perhaps = v.nullable(number)
const perhapsShare = v.nullable(share)
const list = <Entry extends v.GenericSchema>(entry: Entry) => v.array(entry)
const cost = v.object({
  ...{ generations: count, generatedTokens: count, processedTokens: count, milliseconds: count },
})

const sizes = v.object({
  ...{ questions: count, runs: count, leastPerK: count, reserve: count, probes: count, train: count },
  ...{ tuning: count, manyQuestions: count, manySamples: count, texts: count },
})

const setup = v.object({
  ...{ split: v.picklist(['dev', 'test']), leader: text, peers: list(text), rounds: count },
  ...{
    seeds: list(number),
    sizes,
    leaders: list(v.object({ name: text, label: text })),
    leftOut: list(text),
    trainings: count,
  },
})

const row = v.object({
  ...{ id: text, label: text, n: count, share, interval: v.picklist(['wilson', 'bootstrap']) },
  cost: v.nullable(cost),
})

const contrast = v.object({
  ...{ id: text, label: text, a: text, b: text, difference: share },
  test: v.nullable(v.object({ p: number, adjusted: number })),
})

const family = v.object({
  ...{ family: text, n: count, vote: number, table: number, peers: list(number) },
  leaders: list(v.object({ name: text, team: number, alone: number })),
})

const strata = v.object({
  leader: text,
  strata: list(
    v.object({
      ...{ k: count, n: count, naturalShare: number },
      ...{ team: perhapsShare, alone: perhapsShare, vote: perhaps },
    }),
  ),
  total: v.object({ team: share, alone: share, vote: share }),
})

const againstVote = v.object({
  leader: text,
  outcomes: list(
    v.object({
      ...{ vote: v.picklist(['right', 'tied', 'wrong']), n: count },
      ...{ team: perhapsShare, alone: perhapsShare, oracle: perhaps },
    }),
  ),
})

const behaviour = v.object({
  ...{ leader: text, copyRates: list(perhaps), overruleRate: perhaps, overruleRight: perhaps },
  ...{ discrimination: perhaps, readable: number, thoughtsChecked: number, thoughtConsistent: perhaps },
  leaderTokens: number,
})

const probe = v.object({
  ...{ leader: text, name: text, label: text, kind: v.picklist(['control', 'robustness']), n: count },
  ...{ team: share, change: share, alone: share, vote: share, router: share },
})

const peersWorth = v.object({
  ...{ leader: text, n: count, subsets: v.nullable(list(number)), shapley: v.nullable(list(number)) },
  replaced: list(v.object({ changed: number, loss: share })),
})

const passCurve = v.object({
  ...{ leader: text, prompt: v.picklist(['team', 'alone']), n: count, samples: count },
  points: list(v.object({ k: count, share })),
})

const part = v.object({
  ...{ seed: number, decoding, rows: list(row), contrasts: list(contrast), families: list(family) },
  ...{ strata: list(strata), againstVote: list(againstVote), behaviour: list(behaviour), made: cost },
  ...{ probes: list(probe), peersWorth: list(peersWorth), many: list(passCurve) },
})

const claim = v.object({
  ...{ id: text, label: text, decoding, mean: number },
  seeds: list(v.object({ seed: number, difference: share, adjusted: perhaps })),
  spread: v.nullable(v.object({ low: number, high: number })),
  verdict: v.nullable(v.picklist(['holds', 'does not hold', 'too few seeds'])),
})

const said = v.object({ answer: v.nullable(text), right: v.boolean(), text: v.nullable(text) })

const asked = v.object({
  ...{ id: text, family: text, question: text, gold: text, peers: list(said), seats: list(count) },
  leaders: list(v.object({ name: text, team: said, alone: v.nullable(said) })),
})

const report = v.object({
  ...{ version: v.literal(reportVersion), title: text, command: v.nullable(text), setup },
  ...{ parts: v.pipe(list(part), v.minLength(1)), claims: list(claim) },
  questions: list(v.object({ seed: number, decoding, questions: list(asked) })),
}) satisfies v.GenericSchema<unknown, EvaluationReport>

/** @throws ReportFileError */
export function readReport(file: string): EvaluationReport {
  const data = parsedJson(file)
  const version = v.safeParse(v.object({ version: v.number() }), data)
  if (version.success && version.output.version !== reportVersion)
    throw new ReportFileError(
      'version',
      `This report has version ${version.output.version}; here version ${reportVersion} is read. Evaluate anew, or open it with the ` +
        'version of Leader Lab that made it.',
    )
  const result = v.safeParse(report, data)
  if (result.success) return result.output
  const [issue] = result.issues
  const where = v.getDotPath(issue)
  throw new ReportFileError(
    where,
    `This is no evaluation report: ${where ?? 'the file'}: ${issue.message}. Choose a report.json of this page or of ` +
      '"lab evaluate --full".',
  )
}

function parsedJson(file: string): unknown {
  try {
    return JSON.parse(file) as unknown
  } catch {
    throw new ReportFileError(
      null,
      'This file is not JSON. Choose a report.json of this page or of "lab evaluate --full".',
    )
  }
}
