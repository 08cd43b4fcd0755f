/** Runs in words: names, origins, what changed, last results. Pure. */
import { differences } from '../../mlpo/config/config.ts'
import type { Config } from '../../mlpo/config/config.ts'
import type { Preset } from '../../mlpo/config/presets.ts'
import type { Evaluation, Metrics } from '../../mlpo/stages.ts'
import type { RunEntry, SavedRun } from '../../workers/client-types.ts'
import { nearestPreset } from '../app/settings.ts'
import { valueText } from '../train/draft.ts'

/** By run: the name that it was given, else its nearest preset and seed; the older of two that would share one keeps it. */
export function namesOf(
  entries: readonly RunEntry[],
  presets: readonly Preset[],
): ReadonlyMap<string, string> {
  const begun = ({ notes, savedAt }: RunEntry) => notes.createdAt ?? savedAt
  const taken = new Map<string, number>()
  const names = [...entries]
    .sort((a, b) => begun(a) - begun(b))
    .map((entry): [string, string] => {
      const name = plainName(entry, presets)
      if (entry.notes.name !== '') return [entry.runId, name]
      const count = (taken.get(name) ?? 0) + 1
      taken.set(name, count)
      return [entry.runId, count === 1 ? name : `${name} (${count})`]
    })
  return new Map(names)
}

function plainName({ notes, state, runId }: RunEntry, presets: readonly Preset[]): string {
  if (notes.name !== '') return notes.name
  if (state === null) return runId
  return `${nearestPreset(state.config, presets)?.label ?? 'Run'}, seed ${state.config.seed}`
}

/** The colour that it has in lists and charts: its own, or one by its place. */
export function colourOf({ notes }: Pick<RunEntry, 'notes'>, place: number): number {
  return notes.colour ?? place % 8
}

export interface Origin {
  /** "Route", or the name of the run that it goes on from. */
  readonly from: string
  readonly changes: readonly { readonly key: string; readonly from: string; readonly to: string }[]
}

/** What differs from the run that it goes on from, or else from the nearest preset; null where there is nothing to say. */
export function originOf(
  { notes, state }: RunEntry,
  {
    entries,
    names,
    presets,
  }: {
    readonly entries: readonly RunEntry[]
    readonly names: ReadonlyMap<string, string>
    readonly presets: readonly Preset[]
  },
): Origin | null {
  if (state === null) return null
  const parent = entries.find(({ runId }) => runId === notes.parent?.runId)
  if (notes.parent !== null && parent !== undefined && parent.state !== null) {
    const from = `${names.get(parent.runId) ?? parent.runId} after step ${notes.parent.step}`
    return { from, changes: changesBetween(parent.state.config, state.config) }
  }
  const preset = nearestPreset(state.config, presets)
  return (
    preset && { from: `the preset ${preset.label}`, changes: changesBetween(preset.config, state.config) }
  )
}

export function changesBetween(from: Config, to: Config): Origin['changes'] {
  return differences(from, to).map(({ key, from: before, to: after }) => ({
    key,
    from: valueText(key, before),
    to: valueText(key, after),
  }))
}

/** "learning_rate 0.002 → 0.001; seed 1 → 2". */
export function changesText(changes: Origin['changes']): string {
  return changes.map(({ key, from, to }) => `${key} ${from} → ${to}`).join('; ')
}

export function lastEvaluation({ evaluations }: SavedRun): Evaluation | null {
  const sampled = evaluations.filter(({ decoding }) => decoding === 'sampled')
  return (sampled.length > 0 ? sampled : evaluations).at(-1) ?? null
}

/** Of the last ten steps; null before the first. */
export function lastReward({ steps }: SavedRun): number | null {
  const rewards = steps.slice(-10).flatMap(({ metrics }) => metrics['reward'] ?? [])
  return rewards.length === 0 ? null : rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length
}

/** Settings in which not all of them are equal. */
export function varyingSettings(configs: readonly Config[]): readonly (keyof Config)[] {
  const [first, ...others] = configs
  if (first === undefined) return []
  return [...new Set(others.flatMap((other) => differences(first, other).map(({ key }) => key)))]
}

/** One row per step that any of the runs has, with a column for each: `run0`, `run1`, … */
export function overlaid(
  runs: readonly (readonly { readonly step: number; readonly value: number | undefined }[])[],
): readonly { readonly step: number; readonly metrics: Metrics }[] {
  const rows = new Map<number, Record<string, number>>()
  for (const [index, run] of runs.entries())
    for (const { step, value } of run)
      if (value !== undefined) rows.set(step, { ...rows.get(step), [`run${index}`]: value })
  return [...rows].sort(([a], [b]) => a - b).map(([step, metrics]) => ({ step, metrics }))
}
