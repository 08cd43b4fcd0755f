/** The chosen runs side by side: their curves over each other, what differs in their settings, and their last results. */
import { useEffect, useState } from 'react'
import type { RunEntry, SavedRun } from '../../workers/client-types.ts'
import { decimal, percent } from '../shared/format.ts'
import { LiveChart } from '../train/LiveChart.tsx'
import { createMetricLog, movingMean } from '../train/metricLog.ts'
import type { LineSpec, PlotSpec } from '../train/plotSpec.ts'
import { colourOf, overlaid } from './describe.ts'
import { ComparisonTable } from './ComparisonTable.tsx'
import { mostChosen, useRuns } from './runsStore.ts'

export interface ComparedRun {
  readonly runId: string
  readonly name: string
  readonly colour: number
  readonly state: SavedRun
}

export function Comparison({ kept }: { readonly kept: readonly RunEntry[] }) {
  const names = useRuns((state) => state.names)
  const chosen = useRuns((state) => state.chosen)
  const runs = kept.flatMap((entry, place): ComparedRun[] => {
    const { runId, state } = entry
    if (state === null || !chosen.includes(runId)) return []
    return [{ runId, name: names.get(runId) ?? runId, colour: colourOf(entry, place), state }]
  })
  if (kept.length === 0) return null
  return (
    <section className="comparison" aria-labelledby="comparison-title">
      <h2 id="comparison-title">Compare</h2>
      {runs.length === 0 ? (
        <p className="soft">Tick up to {mostChosen} runs above to lay their curves over each other.</p>
      ) : (
        <>
          <Curves runs={runs} />
          <ComparisonTable runs={runs} />
        </>
      )}
    </section>
  )
}

function Curves({ runs }: { readonly runs: readonly ComparedRun[] }) {
  const accuracy = runs.map(({ state }) =>
    state.evaluations
      .filter(({ decoding }) => decoding === decodingOf(state))
      .map(({ step, leaderTeam }) => ({ step, value: leaderTeam.value })),
  )
  const reward = runs.map(({ state: { steps } }) => {
    // Each run by itself: beside a longer one a mean would go on behind its end.
    const means = movingMean(steps.map(({ metrics }) => metrics['reward'] ?? Number.NaN))
    return steps.map(({ step }, index) => ({ step, value: means[index] }))
  })
  return (
    <div className="comparison-curves">
      <div className="card">
        <Overlay title="Held-out accuracy" runs={runs} values={accuracy} kind="shares" />
      </div>
      <div className="card">
        <Overlay title="Reward" runs={runs} values={reward} kind="rewards" />
      </div>
    </div>
  )
}

/** Not by colour alone. */
const dashes: readonly (readonly number[] | undefined)[] = [
  undefined,
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [5, 2],
  [1, 5],
]

interface OverlayProps {
  readonly title: string
  readonly runs: readonly ComparedRun[]
  /** [run][point] */
  readonly values: readonly (readonly { readonly step: number; readonly value: number | undefined }[])[]
  readonly kind: 'shares' | 'rewards'
}

/** Anything new is a new chart: lists are read seldom, and a chart that is placed once moves only by its log. */
function Overlay(props: OverlayProps) {
  const { runs, values } = props
  return <Drawn key={JSON.stringify([values, runs.map(({ name, colour }) => [name, colour])])} {...props} />
}

function Drawn({ title, runs, values, kind }: OverlayProps) {
  const [{ log, spec }] = useState(() => ({ log: createMetricLog(), spec: specOf(runs, kind) }))
  const [rows] = useState(() => overlaid(values))
  useEffect(() => log.replace(rows), [log, rows])
  return (
    <LiveChart
      title={title}
      log={log}
      spec={spec}
      summary={
        kind === 'shares'
          ? 'Leader and team on held-out questions, by step.'
          : 'Mean reward of the last 10 steps, by step.'
      }
      {...(kind === 'rewards' && { note: 'Mean of the last 10 steps, at each step.' })}
    />
  )
}

function specOf(runs: readonly ComparedRun[], kind: 'shares' | 'rewards'): PlotSpec {
  const lines = runs.map(({ name, colour }, index): LineSpec => {
    const dash = dashes[index % dashes.length]
    return {
      key: `run${index}`,
      label: name,
      token: `--peer-${colour + 1}`,
      ...{ width: 2, role: 'line', points: kind === 'shares' },
      ...(dash && { dash }),
    }
  })
  return {
    ...{ height: 230, compact: false, lines, from: 0 },
    range: kind === 'shares' ? 'shares' : 'values',
    to: Math.max(...runs.map(({ state }) => state.step)),
    format: (value) =>
      Number.isNaN(value) ? '' : kind === 'shares' ? percent(value) : decimal(value, { digits: 2 }),
  }
}

function decodingOf({ evaluations }: SavedRun): 'greedy' | 'sampled' {
  return evaluations.some(({ decoding }) => decoding === 'sampled') ? 'sampled' : 'greedy'
}
