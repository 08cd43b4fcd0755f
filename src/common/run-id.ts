/** Names of runs, wherever one begins: in Train, from a file, from a checkpoint. Safe as names of folders. */

/** @param now milliseconds since 1970. @param random in [0, 1) */
export function newRunId({ now, random }: { readonly now: number; readonly random: number }): string {
  return `run-${now.toString(36)}-${inBase36(random, 5)}`
}

/** So many digits, always. */
function inBase36(share: number, digits: number): string {
  return Math.floor(share * 36 ** digits)
    .toString(36)
    .padStart(digits, '0')
}
