/**
 * "Why isn't it learning?": rules over a run's metrics (MLPO §7), each with its evidence, an explanation and one change of
 * settings. A rule speaks of what the figures show; that the change helps is a guess, which a new run tests.
 */
import { ConfigError, differences, parseConfig, type Config } from '../config/config.ts'
import { policyRules } from './policy-rules.ts'
import { rewardRules } from './reward-rules.ts'
import type { Finding, Rule } from './rule.ts'
import { teamRules } from './team-rules.ts'
import { leastSteps, windowsOf, type MetricColumns } from './window.ts'

export interface Diagnosis {
  /** What holds the run back, the gravest first. */
  readonly findings: readonly Finding[]
  /** Of the mean reward, from the first steps to the last; null while there are too few. */
  readonly rewardChange: number | null
  /** Steps that are still missing before anything is said. */
  readonly stepsMissing: number
}

const { random, cutOff, cold, easy, hard, unpaid, equal, formatOnly } = rewardRules
const { still, unlearns, collapsed, ranAway, offPolicy, clipped } = policyRules
const { oneVoice, neverTogether } = teamRules

/** In each list the first rule that speaks silences the others: they would name what follows from it. */
const rules: readonly (readonly Rule[])[] = [
  [random],
  [still],
  [unlearns, cutOff, cold, easy, hard, unpaid, equal, formatOnly, collapsed],
  [ranAway],
  [offPolicy],
  [clipped],
  [oneVoice],
  [neverTogether],
]

export function diagnose(config: Config, columns: MetricColumns): Diagnosis {
  if (columns.length < leastSteps)
    return { findings: [], rewardChange: null, stepsMissing: leastSteps - columns.length }
  const windows = windowsOf(columns)
  const findings = rules.flatMap((alternatives) => {
    for (const rule of alternatives) {
      const finding = rule({ config, windows })
      if (finding !== null) return [usable(config, finding)]
    }
    return []
  })
  return { findings, rewardChange: windows.last('reward') - windows.first('reward'), stepsMissing: 0 }
}

/** The settings of the new run; the same where the finding offers no change. */
export function changed(config: Config, { change }: Finding): Config {
  return parseConfig({ ...config, ...change })
}

/** Without a change that another setting or its bounds forbid, or that changes nothing. */
function usable(config: Config, finding: Finding): Finding {
  try {
    return differences(config, changed(config, finding)).length > 0 ? finding : { ...finding, change: null }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { ...finding, change: null }
  }
}
