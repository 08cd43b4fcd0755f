/**
 * The two-sided sign-flip permutation test of paired differences (MLPO §5): under "no difference" each question's
 * difference is as likely to have the other sign. p = (1 + b)/(1 + B), b of B flips have a sum at least as far from 0 as
 * the one observed. Where all flips can be counted within B they are, and nothing is random.
 * Depends on the differences as a set: neither their order nor their common sign matters.
 */
import type { Random } from './random.ts'

/** Differences of the same size, which only count by how many of them are positive. */
interface Run {
  readonly size: number
  readonly count: number
}

/** From this many on, one binomial draw for a run is quicker than its coins one by one. */
const longRun = 6

/**
 * @param differences per question: several samples of one question are averaged before.
 * @returns p, never 0; 1 when nothing differs.
 */
export function signFlipTest(
  differences: readonly number[],
  { random, flips = 100_000 }: { readonly random: Random; readonly flips?: number },
): number {
  const ordered = differences.filter((difference) => difference !== 0).sort(bySize)
  const sizes = Float64Array.from(ordered, Math.abs)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const observed = Math.abs(ordered.reduce((sum, difference) => sum + difference, 0))
  // Sums of the same numbers in another order differ in their last bits.
  const bar = observed - 1e-12 * total
  const all = 2 ** sizes.length
  if (all - 1 <= flips) return farFlips(sizes, bar) / all
  return (1 + farDraws(sizes, { bar, random, flips })) / (1 + flips)
}

function bySize(a: number, b: number): number {
  return Math.abs(a) - Math.abs(b) || a - b
}

/** Of all 2^n flips, the observed one included. Gray code: each flip turns one sign of the one before. */
function farFlips(sizes: Float64Array, bar: number): number {
  const signs = new Int8Array(sizes.length).fill(1)
  let sum = sizes.reduce((all, size) => all + size, 0)
  let far = Number(Math.abs(sum) >= bar)
  for (let flip = 1; flip < 2 ** sizes.length; flip++) {
    const turned = 31 - Math.clz32(flip & -flip)
    const sign = -(signs[turned] ?? 1)
    signs[turned] = sign
    sum += 2 * sign * (sizes[turned] ?? 0)
    far += Number(Math.abs(sum) >= bar)
  }
  return far
}

function farDraws(
  sizes: Float64Array,
  { bar, random, flips }: { readonly bar: number; readonly random: Random; readonly flips: number },
): number {
  const runs = runsOfEqual(sizes)
  const long = runs.filter(({ count }) => count >= longRun)
  const tables = long.map(({ count }) => headsBelow(count))
  const short = runs.flatMap(({ size, count }) =>
    count >= longRun ? [] : new Array<number>(count).fill(size),
  )
  const eights = sumsOfEight(Float64Array.from(short))
  let far = 0
  for (let flip = 0; flip < flips; flip++) {
    let sum = flippedSum(eights, random)
    for (const [r, { size, count }] of long.entries()) {
      const heads = drawn(tables[r] ?? new Float64Array(), random.uniform())
      sum += size * (2 * heads - count)
    }
    if (Math.abs(sum) >= bar) far += 1
  }
  return far
}

/** All 256 signed sums of each eight sizes: [eight][byte]. A set bit is a plus. */
function sumsOfEight(sizes: Float64Array): Float64Array {
  const sums = new Float64Array(Math.ceil(sizes.length / 8) * 256)
  for (let at = 0; at < sums.length; at++) {
    const first = (at >> 8) * 8
    for (let bit = 0; bit < 8; bit++) {
      const size = sizes[first + bit] ?? 0
      sums[at] = (sums[at] ?? 0) + ((at >> bit) & 1 ? size : -size)
    }
  }
  return sums
}

/** A word of the stream is 32 coins. */
function flippedSum(sums: Float64Array, random: Random): number {
  let sum = 0
  for (let start = 0; start < sums.length; start += 1024) {
    let coins = Math.floor(random.uniform() * 0x1_0000_0000)
    const end = Math.min(sums.length, start + 1024)
    for (let eight = start; eight < end; eight += 256) {
      sum += sums[eight + (coins & 255)] ?? 0
      coins >>>= 8
    }
  }
  return sum
}

/** P(heads ≤ h) of `count` fair coins, [h]: by ratios of neighbours from the middle, so that nothing underflows. */
function headsBelow(count: number): Float64Array {
  const middle = count >> 1
  const weights = new Float64Array(count + 1)
  weights[middle] = 1
  for (let h = middle; h < count; h++) weights[h + 1] = ((weights[h] ?? 0) * (count - h)) / (h + 1)
  for (let h = middle; h > 0; h--) weights[h - 1] = ((weights[h] ?? 0) * h) / (count - h + 1)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let sum = 0
  return weights.map((weight) => (sum += weight) / total)
}

/** The first h with P(heads ≤ h) above `uniform`. */
function drawn(below: Float64Array, uniform: number): number {
  let low = 0
  let high = below.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((below[middle] ?? 1) > uniform) high = middle
    else low = middle + 1
  }
  return low
}

function runsOfEqual(sorted: Float64Array): Run[] {
  const runs: { size: number; count: number }[] = []
  for (const size of sorted) {
    const last = runs.at(-1)
    // 1 − 2/3 and 1/3 are one size.
    if (last !== undefined && size - last.size <= 1e-12 * size) last.count += 1
    else runs.push({ size, count: 1 })
  }
  return runs
}
