/**
 * A chart that listens to a metric log by itself: React places it once, the log moves it. Beside it the latest values,
 * and always a table of the same numbers.
 */
import { useEffect, useId, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import { movingMean } from './metricLog.ts'
import type { MetricLog } from './metricLog.ts'
import type { Plot } from './plot.ts'
import type { LineSpec, PlotData, PlotSpec } from './plotSpec.ts'

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
    const write = () => {
      if (values.current !== null)
        writeValues(values.current, { log, spec, index: hovered ?? log.length - 1 })
      element.setAttribute('aria-label', `${summary} ${spoken({ log, spec })}`)
    }
    const update = () => {
      plot?.update(dataOf(log, spec))
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
      plot = createPlot(element, { spec, data: dataOf(log, spec), onHover, onPick: pick })
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
            <output data-key={line.key} data-smooth={line.smooth ?? 1} />
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

function columnOf(log: MetricLog, { key, smooth }: Pick<LineSpec, 'key' | 'smooth'>): Float64Array {
  const column = log.column(key)
  return smooth === undefined || smooth === 1 ? column : movingMean(column, { width: smooth })
}

function dataOf(log: MetricLog, spec: PlotSpec): PlotData {
  return { steps: log.steps(), columns: spec.lines.map((line) => columnOf(log, line)) }
}

/** Straight into the DOM: sixty times a second is too often for React and nothing here has state. */
function writeValues(
  element: HTMLElement,
  { log, spec, index }: { readonly log: MetricLog; readonly spec: PlotSpec; readonly index: number },
): void {
  for (const output of element.querySelectorAll('output')) {
    const key = output.dataset['key'] ?? ''
    const value = columnOf(log, { key, smooth: Number(output.dataset['smooth'] ?? 1) })[index]
    output.textContent = value === undefined || Number.isNaN(value) ? '' : spec.format(value)
  }
  const step = element.querySelector('.legend-step')
  const at = log.steps()[index]
  if (step !== null) step.textContent = at === undefined ? '' : `step ${at}`
}

function spoken({ log, spec }: { readonly log: MetricLog; readonly spec: PlotSpec }): string {
  const last = log.length - 1
  if (last < 0) return 'No point yet.'
  const values = spec.lines
    .filter(({ role }) => role === 'line')
    .map((line) => `${line.label} ${spec.format(columnOf(log, line)[last] ?? Number.NaN)}`)
  return `${log.length} points. At step ${log.steps()[last] ?? 0}: ${values.join(', ')}.`
}

function LogTable({ log, spec, title }: Pick<LiveChartProps, 'log' | 'spec' | 'title'>) {
  const [, redraw] = useState(0)
  useEffect(() => log.subscribe(() => redraw((count) => count + 1)), [log])
  // Every metric once, as it was logged.
  const lines = spec.lines.filter(({ key }, at) => spec.lines.findIndex((line) => line.key === key) === at)
  const columns = lines.map(({ key }) => log.column(key))
  return (
    <div className="data-table" tabIndex={0} role="region" aria-label={`Table of ${title}`}>
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
          {[...log.steps()].map((step, at) => (
            <tr key={step}>
              <th scope="row">{step}</th>
              {columns.map((column, c) => (
                <td key={lines[c]?.key}>{spec.format(column[at] ?? Number.NaN)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
