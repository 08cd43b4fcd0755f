/**
 * What a command may touch: two streams, a clock and Ctrl-C. Tests hand in their own and read what was written.
 * Results go to stdout, progress to stderr; with `--json`, stdout carries one JSON object per line and nothing else.
 */

export interface Io {
  /** One line of results. */
  out(line: string): void
  /** One line for people who wait. */
  note(line: string): void
  /** Text without a line break, for streams of words. */
  stream(text: string): void
  /** Milliseconds, from any origin. */
  now(): number
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

/** At most one note per `everyMs`, and always the last one of a kind. */
export function throttledNotes(io: Io, everyMs = 1000): (line: string, last: boolean) => void {
  let noted = Number.NEGATIVE_INFINITY
  return (line, last) => {
    if (!last && io.now() - noted < everyMs) return
    noted = io.now()
    io.note(line)
  }
}
