/**
 * uPlot as this page uses it: few lines, one optional band, colours from the style sheet, redrawn when the theme
 * changes. A chunk of its own, fetched with the first chart.
 */
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { LineSpec, PlotData, PlotSpec } from './plotSpec.ts'

export interface Plot {
  update(data: PlotData): void
  destroy(): void
}

export interface PlotOptions {
  readonly spec: PlotSpec
  readonly data: PlotData
  /** The index under the pointer, null when it leaves. */
  readonly onHover: (index: number | null) => void
  /** The index that was clicked. */
  readonly onPick: (index: number) => void
}

export function createPlot(element: HTMLElement, { spec, data, onHover, onPick }: PlotOptions): Plot {
  let held = data
  let plot = draw(element, { spec, data: held, onHover })
  const redraw = () => {
    plot.destroy()
    plot = draw(element, { spec, data: held, onHover })
  }
  const pick = () => {
    const { idx } = plot.cursor
    if (idx != null) onPick(idx)
  }
  element.addEventListener('click', pick)
  const theme = new MutationObserver(redraw)
  theme.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-present'] })
  const scheme = matchMedia('(prefers-color-scheme: dark)')
  scheme.addEventListener('change', redraw)
  const size = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: spec.height }))
  size.observe(element)
  return {
    update(next) {
      held = next
      plot.setData(alignedData(next))
    },
    destroy() {
      theme.disconnect()
      scheme.removeEventListener('change', redraw)
      size.disconnect()
      element.removeEventListener('click', pick)
      plot.destroy()
    },
  }
}

/** Between two ticks of x: there are no half steps. */
const wholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000]

function draw(element: HTMLElement, { spec, data, onHover }: Omit<PlotOptions, 'onPick'>): uPlot {
  const style = getComputedStyle(element)
  const colour = (token: string) => resolved(element, token)
  const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
  const font = `${11 * scale}px ${style.fontFamily}`
  const axis = { stroke: colour('--soft'), font, ticks: { show: false } }
  const grid = { stroke: colour('--line'), width: 1 }
  const band = spec.lines.findIndex(({ role }) => role === 'high')
  return new uPlot(
    {
      width: Math.max(80, element.clientWidth),
      height: spec.height,
      padding: spec.compact ? [4, 4, 4, 4] : [8, 16, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { size: 6 },
      },
      scales: {
        x: {
          time: false,
          range: (plot) => [spec.from ?? 0, Math.max(spec.to ?? 1, plot.data[0].at(-1) ?? 1)],
        },
        y: { range: (_plot, low, high) => (spec.range === 'shares' ? sharesFrom(low) : padded(low, high)) },
      },
      axes: spec.compact
        ? [{ show: false }, { show: false }]
        : [
            { ...axis, grid: { show: false }, size: 26 * scale, space: 48 * scale, incrs: [...wholeSteps] },
            {
              ...axis,
              grid,
              size: 44 * scale,
              space: 32 * scale,
              values: (_plot, values) => values.map(spec.format),
            },
          ],
      series: [{}, ...spec.lines.map((line) => seriesOf(line, colour))],
      ...(band >= 0 && {
        bands: [
          {
            series: [band + 1, band + 2] as [number, number],
            fill: `color-mix(in srgb, ${colour('--lead')} 16%, transparent)`,
          },
        ],
      }),
      hooks: { setCursor: [(plot) => onHover(plot.cursor.idx ?? null)] },
    },
    alignedData(data),
    element,
  )
}

function seriesOf(
  { token, width, dash, role, points }: LineSpec,
  colour: (token: string) => string,
): uPlot.Series {
  if (role !== 'line') return { stroke: 'transparent', width: 0, points: { show: false } }
  return {
    stroke: colour(token),
    width,
    ...(dash !== undefined && { dash: [...dash] }),
    // A single value is no line yet.
    points: {
      show: (plot) => points || plot.data[0].length < 2,
      size: 6,
      fill: colour(token),
      stroke: colour(token),
    },
  }
}

/** uPlot only reads them; its types do not say so. */
function alignedData({ steps, columns }: PlotData): uPlot.AlignedData {
  return [steps, ...(columns as (number | null)[][])]
}

function sharesFrom(low: number | null): [number, number] {
  return [Math.max(0, Math.floor(((low ?? 0) - 0.02) * 10) / 10), 1]
}

function padded(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1]
  const room = (high - low) * 0.12 || Math.abs(high) * 0.1 || 1
  return [low - room, high + room]
}

/** A token may be `light-dark(…)`, which a canvas does not know: the computed colour of an element is plain. */
function resolved(element: HTMLElement, token: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(${token})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}
