/**
 * A student's result as a file: the link, what ran, what was measured, and whether it came out as expected. Reading it back
 * trusts nothing: the shape is checked, the settings go through their own check, and expectations are judged anew.
 */
import * as v from 'valibot'
import manifest from '../../../package.json'
import { ConfigError, differences, parseConfig } from '../../mlpo/config/config.ts'
import type { Config, Difference } from '../../mlpo/config/config.ts'
import type { Evaluation, StepRecord } from '../../mlpo/stages.ts'
import type { DeviceReport, RunMode } from '../../workers/protocol.ts'
import { expectationText, expectationWords, judge, parseExpectation } from './expectation.ts'
import type { Expectation, Standing } from './expectation.ts'
import type { Experiment } from './experiment.ts'
import { longestLink, readLink } from './readLink.ts'
import { writeLink } from './writeLink.ts'

const format = 'leader-lab-result'
const version = 1
export const largestResultBytes = 20_000_000

const share = v.object({ value: v.number(), low: v.number(), high: v.number() })
const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const step = v.pipe(v.number(), v.integer(), v.minValue(0))

/** Of an evaluation as much as expectations read; whatever else stands there is let through. */
const evaluationSchema = v.looseObject({
  step,
  n: v.number(),
  decoding: v.picklist(['greedy', 'sampled']),
  leaderTeam: share,
  leaderAlone: share,
  majority: share,
  gainOverMajority: share,
  formatValid: v.number(),
})

const resultSchema = v.object({
  format: v.literal(format),
  version: v.literal(version),
  app: text(40),
  made: v.pipe(v.string(), v.isoTimestamp()),
  name: text(80),
  link: text(longestLink),
  config: v.record(v.string(), v.unknown()),
  run: v.object({
    id: text(80),
    mode: v.picklist(['loading', 'running', 'paused', 'finished', 'failed']),
    steps: step,
  }),
  metrics: v.array(v.object({ step, metrics: v.record(v.string(), v.number()) })),
  evaluations: v.array(evaluationSchema),
  expectations: v.array(
    v.object({
      expected: text(200),
      state: v.picklist(['pending', 'met', 'missed']),
      step: v.nullable(step),
      value: v.nullable(v.number()),
    }),
  ),
  device: v.nullable(
    v.object({
      engine: v.picklist(['webllm', 'tfjs']),
      backend: v.picklist(['wasm', 'webgpu']),
      threads: v.number(),
      because: text(1000),
    }),
  ),
})

export class ResultError extends Error {
  constructor(
    readonly file: string,
    readonly reason: string,
  ) {
    super(`${file} is not a result of this page: ${reason}.`)
    this.name = 'ResultError'
  }
}

export interface Outcome {
  readonly experiment: Experiment
  readonly runId: string
  readonly mode: RunMode
  readonly steps: number
  readonly config: Config
  readonly metrics: readonly StepRecord[]
  readonly evaluations: readonly Evaluation[]
  readonly device: DeviceReport | null
  readonly name: string
  readonly made: Date
}

/** The text of the file. */
export function writeResult(outcome: Outcome): string {
  const { experiment, runId, mode, steps, config, metrics, evaluations, device, name, made } = outcome
  const over = mode === 'finished'
  const judged = experiment.expectations.map((expectation) => {
    const standing = judge(expectation, { steps: metrics, evaluations, over })
    return { expected: expectationText(expectation), ...flat(standing) }
  })
  const held = {
    ...{ format, version, app: manifest.version, made: made.toISOString(), name: name.trim().slice(0, 80) },
    ...{ link: writeLink(experiment), config, run: { id: runId, mode, steps } },
    ...{ expectations: judged, device, metrics: metrics.map(finite), evaluations },
  }
  return `${JSON.stringify(held, null, 1)}\n`
}

/** JSON has no infinity. */
function finite({ step, metrics }: StepRecord): StepRecord {
  return {
    step,
    metrics: Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value))),
  }
}

function flat(standing: Standing) {
  const { state } = standing
  const step = standing.state === 'met' ? standing.step : null
  const value = standing.state === 'met' ? standing.value : standing.state === 'missed' ? standing.best : null
  return { state, step, value }
}

export interface JudgedExpectation {
  readonly words: string
  readonly standing: Standing
  /** The file itself says otherwise. */
  readonly isContradicted: boolean
}

export interface ReadResult {
  readonly file: string
  readonly name: string
  readonly made: Date
  readonly app: string
  readonly preset: string
  readonly link: string
  readonly mode: RunMode
  readonly steps: number
  readonly stepsWanted: number
  readonly last: Evaluation | null
  readonly device: DeviceReport | null
  readonly expectations: readonly JudgedExpectation[]
  /** From what the link asks for to what ran. */
  readonly differences: readonly Difference[]
  /** Controls that the link restricts were taken back. */
  readonly showAll: boolean
  /** What of the file was set aside, in sentences. */
  readonly remarks: readonly string[]
}

/** @throws ResultError */
export function readResult(file: string, content: string): ReadResult {
  if (content.length > largestResultBytes)
    throw new ResultError(file, `it is larger than ${largestResultBytes / 1e6} MB`)
  const held = parsed(file, content)
  const config = configOf(file, held.config)
  const { experiment, problems } = readLink(held.link)
  const evaluations = held.evaluations as unknown as readonly Evaluation[]
  const measured = { steps: held.metrics, evaluations, over: held.run.mode === 'finished' }
  const wanted = experiment.expectations.map(expectationText)
  const expectations = [...experiment.expectations, ...strangers(held.expectations, wanted)].map(
    (expectation) => {
      const standing = judge(expectation, measured)
      const claim = held.expectations.find(({ expected }) => expected === expectationText(expectation))
      const isContradicted =
        claim !== undefined &&
        JSON.stringify({ ...claim, expected: '' }) !== JSON.stringify({ expected: '', ...flat(standing) })
      return { words: expectationWords(expectation), standing, isContradicted }
    },
  )
  return {
    ...{ file, name: held.name, made: new Date(held.made), app: held.app, link: held.link },
    ...{ preset: experiment.preset.label, mode: held.run.mode, steps: held.run.steps },
    ...{ stepsWanted: config.max_steps, last: evaluations.at(-1) ?? null, device: held.device },
    expectations,
    differences: differences(experiment.config, config),
    showAll: experiment.showAll,
    remarks: problems.map(({ what, why }) => `Of its link, ${what} ${why}.`),
  }
}

function parsed(file: string, content: string): v.InferOutput<typeof resultSchema> {
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch {
    throw new ResultError(file, 'it holds no JSON, or is cut off')
  }
  const read = v.safeParse(resultSchema, json)
  if (read.success) return read.output
  const [issue] = read.issues
  const found = v.safeParse(v.object({ format: v.literal(format), version: v.number() }), json)
  if (found.success && found.output.version !== version)
    throw new ResultError(
      file,
      `it has version ${found.output.version}, and this page reads version ${version}`,
    )
  throw new ResultError(file, `at ${v.getDotPath(issue) ?? 'its top'}: ${issue.message.replace(/\.$/, '')}`)
}

function configOf(file: string, settings: unknown): Config {
  try {
    return parseConfig(settings)
  } catch (error) {
    if (error instanceof ConfigError)
      throw new ResultError(file, `its settings are refused: ${error.message}`)
    throw error
  }
}

/** Expectations that the file names and its link does not. */
function strangers(
  claims: readonly { readonly expected: string }[],
  wanted: readonly string[],
): readonly Expectation[] {
  return claims.flatMap(({ expected }) => {
    if (wanted.includes(expected)) return []
    try {
      return [parseExpectation(expected)]
    } catch {
      return []
    }
  })
}
