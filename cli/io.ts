/**
 * What a command may touch: two streams, a clock and Ctrl-C. Tests hand in their own and read what was written.
 * Results go to stdout, progress to stderr; with `--json`, stdout carries one JSON object per line and nothing else.
 */
import type { Progress } from '../src/mlpo/stages.ts'

export interface Io {
  /** One line of results. */
  out(line: string): void
  /** One line for people who wait. */
  note(line: string): void
  /** Text without a line break, for streams of words. */
  stream(text: string): void
  /** Milliseconds, from any origin. */
  now(): number
  /** The most memory that the process has had, bytes. */
  peakBytes(): number
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal
}

/** Wrong use of the command line itself: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Bad input; `message` is one sentence that says what and why: exit code 1. */
export class InputError extends Error {
  override readonly name = 'InputError'
}

/** Notes for people who wait: one per second of a piece of work, and its end if it took that long. */
export function progressNotes(io: Io): (progress: Progress) => void {
  let piece = ''
  let noted = io.now()
  let isLong = false
  return ({ label, done, total, unit }) => {
    if (label !== piece) [piece, noted, isLong] = [label, io.now(), false]
    const due = io.now() - noted >= 1000
    if (due || (isLong && done === total)) {
      io.note(`${label}: ${done} of ${total} ${unit}`)
      noted = io.now()
      isLong = true
    }
    if (done === total) piece = ''
  }
}
