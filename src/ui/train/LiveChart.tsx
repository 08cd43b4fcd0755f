/**
 * A chart that listens to a metric log by itself: React places it once, the log moves it. Beside it the latest values,
 * and always a table of the same numbers.
 */
import { useEffect, useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { createLineColumn } from './lineColumn.ts'
import type { LineColumn } from './lineColumn.ts'
import { LogTable } from './LogTable.tsx'
import type { MetricLog } from './metricLog.ts'
import type { Plot } from './plot.ts'
import type { LineSpec, PlotSpec } from './plotSpec.ts'

export interface LiveChartProps {
  readonly title: string
  readonly log: MetricLog
  readonly spec: PlotSpec
  /** Said to screen readers with the latest values. */
  readonly summary: string
  readonly note?: string
  /** Beside the title. */
  readonly formula?: ReactNode
  /** Opens the step of a point that is clicked; whoever gives it offers another way for the keyboard. */
  readonly onPick?: (step: number) => void
}

export function LiveChart({ title, log, spec, summary, note, formula, onPick }: LiveChartProps) {
  const [asTable, setAsTable] = useState(false)
  const titleId = useId()
  return (
    <figure className={spec.compact ? 'chart is-compact' : 'chart'} aria-labelledby={titleId}>
      <figcaption>
        <h2 id={titleId}>{title}</h2>
        {formula}
        <button
          type="button"
          className="link-button"
          aria-label={`${asTable ? 'Chart' : 'Table'} of ${title}`}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'chart' : 'table'}
        </button>
      </figcaption>
      {asTable ? (
        <LogTable log={log} spec={spec} title={title} />
      ) : (
        <Canvas log={log} spec={spec} summary={summary} {...(onPick && { onPick })} />
      )}
      {note !== undefined && !asTable && <p className="chart-note soft">{note}</p>}
    </figure>
  )
}

function Canvas({ log, spec, summary, onPick }: Pick<LiveChartProps, 'log' | 'spec' | 'summary' | 'onPick'>) {
  const host = useRef<HTMLDivElement>(null)
  const values = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = host.current
    if (element === null) return
    let plot: Plot | null = null
    let gone = false
    let hovered: number | null = null
    const columns = spec.lines.map((line) => createLineColumn(log, line))
    const lines = spec.lines.flatMap((line, at) => {
      const column = columns[at]
      return line.role === 'line' && column !== undefined ? [{ line, column }] : []
    })
    const data = () => ({ steps: log.steps(), columns: columns.map((column) => column.values()) })
    const write = () => {
      const index = hovered ?? log.length - 1
      if (values.current !== null) writeValues(values.current, { log, spec, lines, index })
      element.setAttribute('aria-label', `${summary} ${spoken({ log, spec, lines })}`)
    }
    const update = () => {
      plot?.update(data())
      write()
    }
    const load = async () => {
      const { createPlot } = await import('./plot.ts')
      if (gone) return
      const onHover = (index: number | null) => {
        hovered = index
        write()
      }
      const pick = (index: number) => {
        const step = log.steps()[index]
        if (step !== undefined && step > 0) onPick?.(step)
      }
      plot = createPlot(element, { spec, data: data(), onHover, onPick: pick })
    }
    write()
    void load()
    const unsubscribe = log.subscribe(update)
    return () => {
      gone = true
      unsubscribe()
      plot?.destroy()
    }
  }, [log, spec, summary, onPick])
  const lines = spec.lines.filter(({ role }) => role === 'line')
  return (
    <>
      <div
        ref={host}
        className={onPick ? 'canvas is-pickable' : 'canvas'}
        role="img"
        style={{ height: spec.height }}
      />
      <div ref={values} className="legend">
        {lines.map((line) => (
          <span key={`${line.key}/${line.smooth ?? 1}`} className="legend-entry">
            <Swatch line={line} />
            {!spec.compact && <span>{line.label}</span>}
            <output />
          </span>
        ))}
        {!spec.compact && <span className="legend-step soft" />}
      </div>
    </>
  )
}

function Swatch({ line }: { readonly line: LineSpec }) {
  return (
    <svg viewBox="0 0 24 8" aria-hidden="true">
      <path
        d="M1 4h22"
        stroke={`var(${line.token})`}
        strokeWidth={line.width + 0.5}
        strokeDasharray={line.dash?.join(' ')}
      />
    </svg>
  )
}

interface Drawn {
  readonly line: LineSpec
  readonly column: LineColumn
}

interface Shown {
  readonly log: MetricLog
  readonly spec: PlotSpec
  /** In the order of the legend. */
  readonly lines: readonly Drawn[]
}

/** Straight into the DOM: sixty times a second is too often for React and nothing here has state. */
function writeValues(
  element: HTMLElement,
  { log, spec, lines, index }: Shown & { readonly index: number },
): void {
  for (const [at, output] of element.querySelectorAll('output').entries()) {
    const value = lines[at]?.column.at(index) ?? Number.NaN
    output.textContent = Number.isNaN(value) ? '' : spec.format(value)
  }
  const step = element.querySelector('.legend-step')
  const number = log.steps()[index]
  if (step !== null) step.textContent = number === undefined ? '' : `step ${number}`
}

function spoken({ log, spec, lines }: Shown): string {
  const last = log.length - 1
  if (last < 0) return 'No point yet.'
  const values = lines.map(({ line, column }) => `${line.label} ${spec.format(column.at(last))}`)
  return `${log.length} points. At step ${log.steps()[last] ?? 0}: ${values.join(', ')}.`
}
