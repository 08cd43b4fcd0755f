/**
 * The numbers of a chart as a table, the last steps first to be there: of ten thousand steps nobody reads all at once, and
 * drawing them with each new one would stop the page. The earlier ones are a press away.
 */
import { memo, useEffect, useState } from 'react'
import { counted } from '../shared/format.ts'
import type { MetricLog } from './metricLog.ts'
import type { LineSpec, PlotSpec } from './plotSpec.ts'

const rowsAtOnce = 200

interface LogTableProps {
  readonly log: MetricLog
  readonly spec: PlotSpec
  readonly title: string
}

export function LogTable({ log, spec, title }: LogTableProps) {
  const [, redraw] = useState(0)
  const [wanted, setWanted] = useState(rowsAtOnce)
  useEffect(() => log.subscribe(() => redraw((count) => count + 1)), [log])
  // Every metric once, as it was logged.
  const lines = spec.lines.filter(({ key }, at) => spec.lines.findIndex((line) => line.key === key) === at)
  const from = Math.max(0, log.length - wanted)
  return (
    <div className="data-table" tabIndex={0} role="region" aria-label={`Table of ${title}`}>
      {from > 0 && (
        <button type="button" className="link-button" onClick={() => setWanted(wanted + rowsAtOnce)}>
          Show {counted(Math.min(from, rowsAtOnce), 'earlier step')}
        </button>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">step</th>
            {lines.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...log.steps().subarray(from)].map((step, at) => (
            <Row key={step} step={step} texts={textsAt({ log, spec, lines, at: from + at })} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Joined, so that a row whose numbers stay as they were is not drawn again. */
function textsAt({
  log,
  spec,
  lines,
  at,
}: Omit<LogTableProps, 'title'> & { readonly lines: readonly LineSpec[]; readonly at: number }): string {
  return lines.map(({ key }) => spec.format(log.column(key)[at] ?? Number.NaN)).join('\n')
}

const Row = memo(function Row({ step, texts }: { readonly step: number; readonly texts: string }) {
  return (
    <tr>
      <th scope="row">{step}</th>
      {texts.split('\n').map((text, at) => (
        <td key={at}>{text}</td>
      ))}
    </tr>
  )
})
