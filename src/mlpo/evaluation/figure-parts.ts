/** What the figures are made of: axes, ticks, numbers and texts that cannot become markup. */
/** A share in percent, or a difference in points, with one decimal. */
export function percent(share: number): string {
  const text = (100 * share).toFixed(1)
  return text === '-0.0' ? '0.0' : text.replace('-', '−')
}

export function wholePercent(share: number): string {
  return percent(share).replace(/\.0$/, '')
}

export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

export function svg(
  name: string,
  { width, height }: { readonly width: number; readonly height: number },
  parts: readonly string[],
): string {
  return `<svg viewBox="0 0 ${width} ${Math.ceil(height)}" role="img" aria-label="${escaped(name)}">${parts.join('')}</svg>`
}

export interface Axis {
  readonly from: number
  readonly to: number
  readonly step: number
}

export const shares: Axis = { from: 0, to: 1, step: 0.2 }

/** Holds 0 and all values, from one whole step to another. */
export function axisAround(values: readonly number[]): Axis {
  const low = Math.max(-1, Math.min(-0.05, ...values))
  const high = Math.min(1, Math.max(0.05, ...values))
  const step = high - low > 0.9 ? 0.2 : high - low > 0.35 ? 0.1 : 0.05
  return { from: Math.floor(low / step) * step, to: Math.ceil(high / step) * step, step }
}

/** Both ends included. */
export function ticks({ from, to, step }: Axis): number[] {
  const first = Math.round(from / step)
  return Array.from({ length: Math.round(to / step) - first + 1 }, (_, i) => (first + i) * step)
}

/** Labels at least a line's height apart, each as near as can be to its own place from the top down. */
export function apart(places: readonly number[]): number[] {
  const moved = [...places]
  const order = [...places.keys()].sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0))
  let last = -Infinity
  for (const i of order) {
    last = Math.max(places[i] ?? 0, last + 16)
    moved[i] = last
  }
  return moved
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** As much as fits; the table has all of it. */
export function shortened(label: string, letters = 50): string {
  return label.length <= letters ? label : `${label.slice(0, letters - 1)}…`
}
