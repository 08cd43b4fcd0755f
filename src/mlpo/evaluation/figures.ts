/**
 * Two kinds of figure as inline SVG text: dots with intervals, and lines over a whole number. Colours are CSS variables
 * of the page around it, so that light and dark follow by themselves. Everything that a figure shows also stands in a
 * table beside it: a figure has a name for those who do not see it, no more.
 */
export interface Dot {
  readonly label: string
  readonly value: number
  readonly low: number
  readonly high: number
  /** A CSS colour. */
  readonly colour: string
  /** Others on the same row: a ring first, then a cross. */
  readonly marks?: readonly number[]
}

export interface Line {
  readonly label: string
  readonly colour: string
  readonly points: readonly {
    readonly x: number
    readonly y: number
    readonly low: number
    readonly high: number
  }[]
}

const width = 760
const rowHeight = 24
const labelWidth = 330
const right = 56

/** One row each, in the order given; values on a common axis. */
export function dotFigure({
  name,
  dots,
  unit,
}: {
  readonly name: string
  readonly dots: readonly Dot[]
  /** `share`: from 0 to 1; `points`: differences, with a line at 0. */
  readonly unit: 'share' | 'points'
}): string {
  const axis = unit === 'share' ? shares : axisAround(dots.flatMap(({ low, high }) => [low, high]))
  const { from, to } = axis
  const x = (value: number) =>
    labelWidth + ((clamp(value, from, to) - from) / (to - from)) * (width - labelWidth - right)
  const height = dots.length * rowHeight + 30
  const grid = ticks(axis).map((tick) => {
    const at = x(tick).toFixed(1)
    const kind = unit === 'points' && tick === 0 ? 'zero' : 'grid'
    return (
      `<line class="${kind}" x1="${at}" x2="${at}" y1="4" y2="${height - 22}"/>` +
      `<text class="tick" x="${at}" y="${height - 6}" text-anchor="middle">${wholePercent(tick)}</text>`
    )
  })
  const rows = dots.map(({ label, value, low, high, colour, marks = [] }, row) => {
    const y = row * rowHeight + 16
    return (
      `<text class="name" x="${labelWidth - 12}" y="${y + 4}" text-anchor="end">${escaped(shortened(label))}</text>` +
      `<line x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>` +
      `<circle cx="${x(value).toFixed(1)}" cy="${y}" r="4.5" fill="${colour}"/>` +
      markShapes(marks.map(x), y) +
      `<text class="value" x="${width - right + 10}" y="${y + 4}">${percent(value)}</text>`
    )
  })
  return svg(name, height, [...grid, ...rows])
}

/** Shares over x, which has few values; `log` sets doublings apart evenly. */
export function lineFigure({
  name,
  lines,
  xName,
  scale,
}: {
  readonly name: string
  readonly lines: readonly Line[]
  readonly xName: string
  readonly scale: 'linear' | 'log'
}): string {
  const height = 280
  const [left, top, bottom, plotRight] = [48, 12, height - 40, width - 250]
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b)
  const at = (value: number) => (scale === 'log' ? Math.log2(value) : value)
  const [from, to] = [at(xs[0] ?? 0), at(xs.at(-1) ?? 1)]
  const x = (value: number) =>
    left + 10 + ((at(value) - from) / Math.max(1e-9, to - from)) * (plotRight - left - 20)
  const y = (value: number) => bottom - clamp(value, 0, 1) * (bottom - top)
  const grid = ticks(shares).map(
    (tick) =>
      `<line class="grid" x1="${left}" x2="${plotRight}" y1="${y(tick)}" y2="${y(tick)}"/>` +
      `<text class="tick" x="${left - 8}" y="${y(tick) + 4}" text-anchor="end">${wholePercent(tick)}</text>`,
  )
  const names = xs.map(
    (value) =>
      `<text class="tick" x="${x(value).toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${value}</text>`,
  )
  const labelYs = apart(lines.map(({ points }) => y(points.at(-1)?.y ?? 0)))
  const drawn = lines.map(({ label, colour, points }, l) => {
    const path = points.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(' ')
    const marks = points.map(
      (point) =>
        `<line x1="${x(point.x).toFixed(1)}" x2="${x(point.x).toFixed(1)}" y1="${y(point.low).toFixed(1)}" y2="${y(point.high).toFixed(1)}" stroke="${colour}" stroke-opacity="0.5"/>` +
        `<circle cx="${x(point.x).toFixed(1)}" cy="${y(point.y).toFixed(1)}" r="3.5" fill="${colour}"/>`,
    )
    return (
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${marks.join('')}` +
      `<text class="name" x="${plotRight + 12}" y="${((labelYs[l] ?? 0) + 4).toFixed(1)}" style="fill:${colour}">${escaped(label)}</text>`
    )
  })
  const title = `<text class="tick" x="${(left + plotRight) / 2}" y="${height - 4}" text-anchor="middle">${escaped(xName)}</text>`
  return svg(name, height, [...grid, ...names, title, ...drawn])
}

/** A share in percent, or a difference in points, with one decimal. */
export function percent(share: number): string {
  const text = (100 * share).toFixed(1)
  return text === '-0.0' ? '0.0' : text.replace('-', '−')
}

function wholePercent(share: number): string {
  return percent(share).replace(/\.0$/, '')
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function markShapes([ring, cross]: readonly number[], y: number): string {
  const at = (value: number) => value.toFixed(1)
  return (
    (ring === undefined ? '' : `<circle class="mark" cx="${at(ring)}" cy="${y}" r="4" fill="none"/>`) +
    (cross === undefined ? '' : `<path class="mark" d="M${at(cross - 4)} ${y - 4}l8 8m0 -8l-8 8"/>`)
  )
}

function svg(name: string, height: number, parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(name)}">${parts.join('')}</svg>`
}

interface Axis {
  readonly from: number
  readonly to: number
  readonly step: number
}

const shares: Axis = { from: 0, to: 1, step: 0.2 }

/** Holds 0 and all values, from one whole step to another. */
function axisAround(values: readonly number[]): Axis {
  const low = Math.max(-1, Math.min(-0.05, ...values))
  const high = Math.min(1, Math.max(0.05, ...values))
  const step = high - low > 0.9 ? 0.2 : high - low > 0.35 ? 0.1 : 0.05
  return { from: Math.floor(low / step) * step, to: Math.ceil(high / step) * step, step }
}

/** Both ends included. */
function ticks({ from, to, step }: Axis): number[] {
  const first = Math.round(from / step)
  return Array.from({ length: Math.round(to / step) - first + 1 }, (_, i) => (first + i) * step)
}

/** Labels at least a line's height apart, each as near as can be to its own place from the top down. */
function apart(places: readonly number[]): number[] {
  const moved = [...places]
  const order = [...places.keys()].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0))
  let last = -Infinity
  for (const i of order) {
    last = Math.max(places[i] ?? 0, last + 16)
    moved[i] = last
  }
  return moved
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** As much as fits beside the axis; the table has all of it. */
function shortened(label: string): string {
  return label.length <= 50 ? label : `${label.slice(0, 49)}…`
}
