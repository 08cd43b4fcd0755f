/** Numbers of a report as the cells of its tables. */
import type { Share } from '../stages.ts'
import { percent } from './figure-parts.ts'

export function shareCells({ value, low, high }: Share): string[] {
  return [percent(value), percent(low), percent(high)]
}

export function interval(share: Share | null): string {
  if (share === null) return '–'
  const { value, low, high } = share
  return `${percent(value)} [${percent(low)}, ${percent(high)}]`
}

export function known(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : percent(share)
}

export function count(value: number | undefined): string {
  if (value === undefined) return '–'
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}

/** "6.3 points", without its sign. */
export function points(difference: number): string {
  const size = percent(Math.abs(difference))
  return `${size} ${size === '1.0' ? 'point' : 'points'}`
}
