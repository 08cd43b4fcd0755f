/**
 * One writer per run: a Web Lock that two tabs cannot hold at once, and that the browser takes back from a tab or
 * worker that dies.
 */

/** Another tab has the run open. */
export class RunInUseError extends Error {
  override readonly name = 'RunInUseError'
  constructor(readonly runId: string) {
    super(`This run is open in another tab. Continue it there, or close that tab and press again.`)
  }
}

export type Release = () => void

/** What we use of `navigator.locks`. */
export interface LockRequester {
  request(
    name: string,
    options: { readonly signal: AbortSignal },
    granted: () => Promise<void>,
  ): Promise<unknown>
}

export interface LockRunOptions {
  readonly locks?: LockRequester
  /** A page that is being reloaded may still hold the lock for a moment. */
  readonly patienceMs?: number
}

/** @throws RunInUseError when another holds it and does not let go within the patience. */
export function lockRun(
  runId: string,
  { locks = navigator.locks, patienceMs = 3000 }: LockRunOptions = {},
): Promise<Release> {
  const signal = AbortSignal.timeout(patienceMs)
  return new Promise((resolve, reject) => {
    const held = locks.request(
      `leader-lab/run/${runId}`,
      { signal },
      () => new Promise<void>((release) => resolve(release)),
    )
    held.catch((error: unknown) =>
      reject(signal.aborted || !(error instanceof Error) ? new RunInUseError(runId) : error),
    )
  })
}
