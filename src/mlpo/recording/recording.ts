/**
 * A recording: one real run, made small enough to open a page with (`lab record` writes it). All metrics and
 * evaluations are there; of every step some of its groups in full, with numbers rounded to what the page shows. Training
 * can go on from its `states`. Read with `readRecording`, which refuses whatever is not of this version and whole.
 */
import * as v from 'valibot'
import { ConfigError, parseConfig, type Config } from '../config/config.ts'
import type { Evaluation, StepPrompt } from '../stages.ts'
import { evaluationShape, maybeText, promptShape, whole } from './shapes.ts'

export const recordingFormat = 'leader-lab/recording'
export const recordingVersion = 1

export interface Recording {
  readonly format: typeof recordingFormat
  readonly version: typeof recordingVersion
  /** Of the app that made it. */
  readonly app: string
  readonly preset: string
  readonly config: Config
  /** In words: what it was computed with. */
  readonly device: string
  /** Hash of every model's weights, by name: another model's run would go on as nonsense. */
  readonly models: Readonly<Record<string, string>>
  /** Every token that occurs, once: its id and its text. */
  readonly tokens: readonly (readonly [id: number, text: string])[]
  readonly functions: readonly string[]
  readonly weights: readonly number[]
  /** Names of the numbers in every step's `metrics`. */
  readonly metricKeys: readonly string[]
  /** Every step from 1. */
  readonly steps: readonly RecordedStep[]
  readonly evaluations: readonly Evaluation[]
  readonly states: readonly RecordedState[]
}

export interface RecordedStep {
  /** Groups that the step had; `groups` are some of them. */
  readonly of: number
  readonly elapsedMs: Readonly<Record<string, number>>
  readonly groups: readonly RecordedGroup[]
  /** The last iteration's. */
  readonly loss: number
  readonly iteration: number
  readonly update: {
    readonly learningRate: number
    readonly gradNorm: number
    readonly gradClipped: boolean
    readonly updateNorm: number
    readonly weightNorm: number
  }
  /** In the order of `metricKeys`; null where a step lacks one. */
  readonly metrics: readonly (number | null)[]
}

export interface RecordedGroup {
  readonly prompt: StepPrompt
  readonly mean: number
  readonly std: number
  readonly completions: readonly RecordedCompletion[]
}

/** One number stands for an array of as many equal ones as there are tokens. */
export type PerToken = number | readonly number[]

export interface RecordedCompletion {
  readonly text: string
  /** Places in the recording's `tokens`. */
  readonly tokens: readonly number[]
  /** Left out where it ended by itself. */
  readonly finish?: 'length' | undefined
  readonly thought: string | null
  readonly answer: string | null
  readonly unparseable?: string | undefined
  readonly right: boolean
  readonly rewards: readonly (number | null)[]
  readonly reward: number | null
  readonly advantage: number
  /** Of the trainer, before the update of the last iteration. */
  readonly logprobs: PerToken
  /** Left out where they are, rounded, the trainer's. */
  readonly sampled?: PerToken | undefined
  readonly old?: PerToken | undefined
  readonly entropies: PerToken
  /** Left out where they equal the gradients, as they do while the ratio is 1. */
  readonly losses?: PerToken | undefined
  readonly gradients: PerToken
}

/** What training can go on from: a file beside the recording (`packed-state.ts`). */
export interface RecordedState {
  /** Finished steps. */
  readonly step: number
  readonly cursor: number
  readonly evaluatedAt: number | null
  readonly file: string
  /** The adapter's modules, in the order of the file. */
  readonly modules: readonly {
    readonly path: string
    readonly inFeatures: number
    readonly outFeatures: number
  }[]
}

/** A recording that cannot be played; `message` says why and what to do. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError'
  constructor(
    readonly where: string,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(
      `The recorded run is damaged, or belongs to another version of the page: at ${where}, expected ${expected}, found ` +
        `${actual}. Reload the page; a run of your own needs no recording.`,
    )
  }
}

const perToken = v.union([v.number(), v.array(v.number())])
const reward = v.nullable(v.number())

const completion = v.object({
  text: v.string(),
  tokens: v.array(whole),
  finish: v.optional(v.literal('length')),
  thought: maybeText,
  answer: maybeText,
  unparseable: v.optional(v.string()),
  right: v.boolean(),
  rewards: v.array(reward),
  reward,
  advantage: v.number(),
  logprobs: perToken,
  sampled: v.optional(perToken),
  old: v.optional(perToken),
  entropies: perToken,
  losses: v.optional(perToken),
  gradients: perToken,
})

const step = v.object({
  of: whole,
  elapsedMs: v.record(v.string(), v.number()),
  groups: v.pipe(
    v.array(
      v.object({
        prompt: promptShape,
        mean: v.number(),
        std: v.number(),
        completions: v.pipe(v.array(completion), v.minLength(1)),
      }),
    ),
    v.minLength(1),
  ),
  loss: v.number(),
  iteration: whole,
  update: v.object({
    learningRate: v.number(),
    gradNorm: v.number(),
    gradClipped: v.boolean(),
    updateNorm: v.number(),
    weightNorm: v.number(),
  }),
  metrics: v.array(v.nullable(v.number())),
})

const recording = v.object({
  format: v.literal(recordingFormat),
  version: v.literal(recordingVersion),
  app: v.string(),
  preset: v.string(),
  config: v.record(v.string(), v.unknown()),
  device: v.string(),
  models: v.record(v.string(), v.string()),
  tokens: v.array(v.strictTuple([whole, v.string()])),
  functions: v.array(v.string()),
  weights: v.array(v.number()),
  metricKeys: v.array(v.string()),
  steps: v.pipe(v.array(step), v.minLength(1)),
  evaluations: v.array(evaluationShape),
  states: v.array(
    v.object({
      step: whole,
      cursor: whole,
      evaluatedAt: v.nullable(whole),
      // Beside the recording: no folders, no other address.
      file: v.pipe(v.string(), v.regex(/^[\w-]+\.bin$/, 'a plain file name')),
      modules: v.array(v.object({ path: v.string(), inFeatures: whole, outFeatures: whole })),
    }),
  ),
})

/** @throws RecordingError */
export function readRecording(json: string): Recording {
  const result = v.safeParse(recording, parsedJson(json))
  if (!result.success) {
    const [issue] = result.issues
    throw new RecordingError(
      v.getDotPath(issue) ?? 'the top',
      issue.expected ?? issue.message,
      issue.received,
    )
  }
  const { output } = result
  checkTokens(output)
  return { ...output, config: checkedConfig(output.config) }
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new RecordingError('the top', 'JSON', JSON.stringify(json.slice(0, 20)))
  }
}

function checkedConfig(config: Readonly<Record<string, unknown>>): Config {
  try {
    return parseConfig(config)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new RecordingError('config', 'settings that this version knows', error.message)
  }
}

/** Every token has a text, and every array one number per token. */
function checkTokens({ steps, tokens }: v.InferOutput<typeof recording>): void {
  for (const [s, { groups }] of steps.entries())
    for (const [g, group] of groups.entries())
      for (const [c, each] of group.completions.entries()) {
        const where = `steps.${s}.groups.${g}.completions.${c}`
        const stray = each.tokens.find((token) => token >= tokens.length)
        if (stray !== undefined) throw new RecordingError(where, `one of ${tokens.length} tokens`, `${stray}`)
        const { logprobs, sampled = 0, old = 0, losses = 0, entropies, gradients } = each
        for (const values of [logprobs, sampled, old, entropies, losses, gradients])
          if (typeof values !== 'number' && values.length !== each.tokens.length)
            throw new RecordingError(where, `${each.tokens.length} numbers`, `${values.length}`)
      }
}
