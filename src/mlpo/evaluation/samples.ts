/**
 * Everything that one seed and one decoding sampled, before anything is counted: the rows, tables and figures of the
 * report are functions of this (MLPO §5). `[question]` is the same question in every array over the main set.
 */
import type { Decoding } from './report.ts'
import type { Shown } from './conditions.ts'
import type { Solved } from './choosers.ts'
import type { Episode, Told } from './told.ts'

export interface Samples {
  readonly seed: number
  readonly decoding: Decoding
  /** The main set: [question][run], each run with other samples of the peers. */
  readonly shown: readonly (readonly Shown[])[]
  /** Proposals for equal budgets: [question][peer][sample]; the first ones are those of the runs. */
  readonly proposals: readonly (readonly (readonly Told[])[])[]
  /** Number of right peers of every question whose proposals were drawn, the main set first. */
  readonly drawnKs: readonly number[]
  /** On training questions, for tables: by index of the peer, and as the leader sees them. */
  readonly train: { readonly byPeer: readonly Solved[]; readonly bySeat: readonly Solved[] }
  /** The untrained leader alone on the training questions. */
  readonly trainAlone: readonly Told[]
  /** The untrained one first; the last one is whom the report is about. */
  readonly leaders: readonly LeaderSamples[]
  /** The untrained leader's team at the temperature that was best on other questions. */
  readonly bestTemperature: TemperatureSamples | null
}

export interface LeaderSamples {
  readonly name: string
  readonly label: string
  /** [question][run] */
  readonly team: readonly (readonly Episode[])[]
  /** [question][sample]: as many as there are runs, or as a budget allowed. */
  readonly alone: readonly (readonly Told[])[]
  /** The main set's first runs, then the questions that fill up the strata. */
  readonly strata: readonly StratumSample[]
  readonly permuted: readonly Episode[]
  readonly probes: readonly Probe[]
  /** [set][question] on the probed questions; the empty set is the leader alone. null = too many peers. */
  readonly subsets: readonly (readonly number[])[] | null
  /** [peer][question]: that peer replaced by what it said to another question. */
  readonly replaced: readonly (readonly Episode[])[]
  /** Many samples per question. */
  readonly many: readonly { readonly prompt: 'team' | 'alone'; readonly told: readonly (readonly Told[])[] }[]
}

export interface StratumSample {
  readonly k: number
  readonly episode: Episode
  readonly alone: Told
}

/** One condition on the probed questions, which are the first of the main set. */
export interface Probe {
  readonly name: string
  readonly label: string
  readonly kind: 'control' | 'robustness'
  readonly episodes: readonly Episode[]
}

export interface TemperatureSamples {
  readonly temperature: number
  /** On the tuning questions. */
  readonly tried: readonly { readonly temperature: number; readonly accuracy: number }[]
  readonly episodes: readonly Episode[]
}
