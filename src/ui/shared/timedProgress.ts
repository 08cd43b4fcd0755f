/** Counted work with the time that it will still take, once enough of it has been seen. Pure: the clock is a parameter. */
import type { Progress } from '../../mlpo/stages.ts'

export interface TimedProgress extends Progress {
  /** When this piece of work was first seen, and how much of it was done then. */
  readonly sinceMs: number
  readonly sinceDone: number
  /** null while an estimate would be a guess. */
  readonly leftMs: number | null
}

/** An estimate from less than this is a guess. */
const patienceMs = 1500

export function timed(before: TimedProgress | null, progress: Progress, nowMs: number): TimedProgress {
  const { what, label, done, total } = progress
  const goesOn =
    before !== null &&
    before.what === what &&
    before.label === label &&
    before.total === total &&
    before.done <= done
  if (!goesOn) return { ...progress, sinceMs: nowMs, sinceDone: done, leftMs: null }
  const { sinceMs, sinceDone } = before
  const elapsedMs = nowMs - sinceMs
  const gained = done - sinceDone
  const isKnown = elapsedMs >= patienceMs && gained > 0 && done < total
  return { ...progress, sinceMs, sinceDone, leftMs: isKnown ? ((total - done) * elapsedMs) / gained : null }
}
