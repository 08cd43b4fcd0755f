/**
 * Three kinds of figure as inline SVG text: dots with intervals, lines over a whole number, and numbered points. Colours
 * are CSS variables of the page around it, so that light and dark follow by themselves. Everything that a figure shows
 * also stands in a table beside it: a figure has a name for those who do not see it, no more.
 */
import {
  apart,
  axisAround,
  clamp,
  escaped,
  percent,
  shares,
  shortened,
  svg,
  ticks,
  wholePercent,
} from './figure-parts.ts'

/** `narrow`: for a phone, with names above or below instead of beside. */
export type Layout = 'wide' | 'narrow'

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

export interface Mark {
  readonly label: string
  readonly colour: string
  /** Above 0. */
  readonly x: number
  readonly y: number
}

const widths: Readonly<Record<Layout, number>> = { wide: 760, narrow: 360 }
const legendLine = 18

/** One row each, in the order given; values on a common axis. */
export function dotFigure({
  name,
  dots,
  unit,
  layout = 'wide',
}: {
  readonly name: string
  readonly dots: readonly Dot[]
  /** `share`: from 0 to 1; `points`: differences, with a line at 0. */
  readonly unit: 'share' | 'points'
  readonly layout?: Layout
}): string {
  const isWide = layout === 'wide'
  const width = widths[layout]
  const [left, right, rowHeight] = isWide ? [330, 56, 24] : [16, 60, 42]
  const axis = unit === 'share' ? shares : axisAround(dots.flatMap(({ low, high }) => [low, high]))
  const { from, to } = axis
  const x = (value: number) => left + ((clamp(value, from, to) - from) / (to - from)) * (width - left - right)
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
    const y = row * rowHeight + (isWide ? 16 : 34)
    const place = isWide ? `x="${left - 12}" y="${y + 4}" text-anchor="end"` : `x="4" y="${y - 13}"`
    return (
      `<text class="name" ${place}>${escaped(shortened(label))}</text>` +
      `<line x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="2"/>` +
      `<circle cx="${x(value).toFixed(1)}" cy="${y}" r="4.5" fill="${colour}"/>` +
      markShapes(marks.map(x), y) +
      `<text class="value" x="${width - right + 10}" y="${y + 4}">${percent(value)}</text>`
    )
  })
  return svg(name, { width, height }, [...grid, ...rows])
}

/** Shares over x, which has few values; `log` sets doublings apart evenly. */
export function lineFigure({
  name,
  lines,
  xName,
  scale,
  layout = 'wide',
}: {
  readonly name: string
  readonly lines: readonly Line[]
  readonly xName: string
  readonly scale: 'linear' | 'log'
  readonly layout?: Layout
}): string {
  const xs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b)
  const at = (value: number) => (scale === 'log' ? Math.log2(value) : value)
  const frame = sharesFrame(layout, {
    from: at(xs[0] ?? 0),
    to: at(xs.at(-1) ?? 1),
    beside: 250,
    height: 280,
  })
  const { y } = frame
  const x = (value: number) => frame.x(at(value)).toFixed(1)
  const ends = apart(lines.map(({ points }) => y(points.at(-1)?.y ?? 0)))
  const drawn = lines.map(({ label, colour, points }, l) => {
    const path = points.map((point) => `${x(point.x)},${y(point.y).toFixed(1)}`).join(' ')
    const marks = points.map(
      (point) =>
        `<line x1="${x(point.x)}" x2="${x(point.x)}" y1="${y(point.low).toFixed(1)}" y2="${y(point.high).toFixed(1)}" stroke="${colour}" stroke-opacity="0.5"/>` +
        `<circle cx="${x(point.x)}" cy="${y(point.y).toFixed(1)}" r="3.5" fill="${colour}"/>`,
    )
    const [keyX, keyY] = frame.isWide
      ? [frame.right + 12, ends[l] ?? 0]
      : [frame.left, frame.bottom + 52 + l * legendLine]
    return (
      `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${marks.join('')}` +
      `<line x1="${keyX}" x2="${keyX + 14}" y1="${keyY.toFixed(1)}" y2="${keyY.toFixed(1)}" stroke="${colour}" stroke-width="3"/>` +
      `<text class="name" x="${keyX + 20}" y="${(keyY + 4).toFixed(1)}">${escaped(label)}</text>`
    )
  })
  const names = xs.map((value) => ({ at: frame.x(at(value)), text: String(value) }))
  return sharesSvg(name, frame, { xName, names, keys: lines.length, parts: drawn })
}

/** Numbered points, shares over a logarithmic x; the numbers are explained beside or below. */
export function pointFigure({
  name,
  marks,
  xName,
  layout = 'wide',
}: {
  readonly name: string
  readonly marks: readonly Mark[]
  readonly xName: string
  readonly layout?: Layout
}): string {
  const all = marks.map(({ x }) => Math.log10(x))
  const [from, to] = [Math.min(...all) - 0.05, Math.max(...all) + 0.05]
  const height = Math.max(300, 30 + marks.length * legendLine)
  const frame = sharesFrame(layout, { from, to, beside: 360, height })
  const drawn = marks.map(({ label, colour, x, y }, m) => {
    const [cx, cy] = [frame.x(Math.log10(x)).toFixed(1), frame.y(y).toFixed(1)]
    const [keyX, keyY] = frame.isWide
      ? [frame.right + 26, 20 + m * legendLine]
      : [frame.left - 22, frame.bottom + 54 + m * legendLine]
    return (
      `<circle class="numbered" cx="${cx}" cy="${cy}" r="9" stroke="${colour}" stroke-width="2"/>` +
      `<text class="number" x="${cx}" y="${(frame.y(y) + 3.5).toFixed(1)}" text-anchor="middle">${m + 1}</text>` +
      `<text class="name" x="${keyX}" y="${keyY}" text-anchor="end">${m + 1}</text>` +
      `<text class="name" x="${keyX + 8}" y="${keyY}">${escaped(shortened(label, frame.isWide ? 48 : 46))}</text>`
    )
  })
  const names = decades(from, to).map((value) => ({
    at: frame.x(Math.log10(value)),
    text: value.toLocaleString('en'),
  }))
  return sharesSvg(name, frame, { xName, names, keys: marks.length, parts: drawn })
}

interface Frame {
  readonly isWide: boolean
  readonly width: number
  readonly left: number
  readonly right: number
  readonly bottom: number
  x(at: number): number
  y(share: number): number
}

/** A plot of shares; its key stands beside it, or below. */
function sharesFrame(
  layout: Layout,
  {
    from,
    to,
    beside,
    height,
  }: { readonly from: number; readonly to: number; readonly beside: number; readonly height: number },
): Frame {
  const isWide = layout === 'wide'
  const width = widths[layout]
  const [left, top] = [48, 12]
  const right = isWide ? width - beside : width - 12
  const bottom = (isWide ? height : 240) - 40
  return {
    ...{ isWide, width, left, right, bottom },
    x: (at) => left + 10 + ((at - from) / Math.max(1e-9, to - from)) * (right - left - 20),
    y: (share) => bottom - clamp(share, 0, 1) * (bottom - top),
  }
}

function sharesSvg(
  name: string,
  { isWide, width, left, right, bottom, y }: Frame,
  {
    xName,
    names,
    keys,
    parts,
  }: {
    readonly xName: string
    readonly names: readonly { readonly at: number; readonly text: string }[]
    readonly keys: number
    readonly parts: readonly string[]
  },
): string {
  const grid = ticks(shares).map(
    (tick) =>
      `<line class="grid" x1="${left}" x2="${right}" y1="${y(tick).toFixed(1)}" y2="${y(tick).toFixed(1)}"/>` +
      `<text class="tick" x="${left - 8}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${wholePercent(tick)}</text>`,
  )
  const marked = names.map(
    ({ at, text }) =>
      `<text class="tick" x="${at.toFixed(1)}" y="${bottom + 18}" text-anchor="middle">${text}</text>`,
  )
  const title = `<text class="tick" x="${(left + right) / 2}" y="${bottom + 36}" text-anchor="middle">${escaped(xName)}</text>`
  const height = bottom + (isWide ? 40 : 48 + keys * legendLine)
  return svg(name, { width, height }, [...grid, ...marked, title, ...parts])
}

/** 1, 2 and 5 times powers of ten between two logarithms. */
function decades(from: number, to: number): number[] {
  const powers = Array.from(
    { length: Math.ceil(to) - Math.floor(from) + 1 },
    (_, i) => 10 ** (Math.floor(from) + i),
  )
  const all = powers.flatMap((power) => [power, 2 * power, 5 * power])
  return all.filter((value) => Math.log10(value) >= from && Math.log10(value) <= to)
}

function markShapes([ring, cross]: readonly number[], y: number): string {
  const at = (value: number) => value.toFixed(1)
  return (
    (ring === undefined ? '' : `<circle class="mark" cx="${at(ring)}" cy="${y}" r="4" fill="none"/>`) +
    (cross === undefined ? '' : `<path class="mark" d="M${at(cross - 4)} ${y - 4}l8 8m0 -8l-8 8"/>`)
  )
}
