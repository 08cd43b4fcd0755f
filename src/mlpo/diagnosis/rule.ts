/** What a rule is, and what it may say: a finding with its figures and the one change to try. */
import type { Config } from '../config/config.ts'
import type { Windows } from './window.ts'

export interface Evidence {
  /** Metric key (MLPO §7). */
  readonly metric: string
  /** Means over the first and over the last steps. */
  readonly first: number
  readonly last: number
}

export interface Finding {
  readonly rule: string
  /** What is wrong, as a sentence. */
  readonly title: string
  /** Why that keeps the leader from learning, and what the change does. */
  readonly explanation: string
  readonly evidence: readonly Evidence[]
  /** To begin a new run with; null where no setting mends it. */
  readonly change: Partial<Config> | null
}

export interface Case {
  readonly config: Config
  readonly windows: Windows
}

export type Rule = (run: Case) => Finding | null

export function evidenceOf(windows: Windows, metrics: readonly string[]): Evidence[] {
  return metrics.flatMap((metric) => {
    const evidence = { metric, first: windows.first(metric), last: windows.last(metric) }
    return Number.isNaN(evidence.last) ? [] : [evidence]
  })
}
