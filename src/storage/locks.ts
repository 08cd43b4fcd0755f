/**
 * Web Locks: no two tabs can hold one at once, and the browser takes it back from a tab or worker that dies. So there is
 * one writer per run and per stored model, and the page learns of a worker's death even where the browser sends no event (out of memory).
 */

/** Another tab has the run open. */
export class RunInUseError extends Error {
  override readonly name = 'RunInUseError'
  constructor(readonly runId: string) {
    super(
      'This run is open in another tab, and only one at a time can write its checkpoints. Go on there; or stop it ' +
        'there, or close that tab, and try again here.',
    )
  }
}

export type Release = () => void

const runLocks = 'leader-lab/run/'
const modelLocks = 'leader-lab/model/'

function runLock(runId: string): string {
  return `${runLocks}${runId}`
}

/** Of all locks that are held: the runs that somebody has open, and the models that somebody changes. */
export function inUse(held: readonly string[]): {
  readonly runs: readonly string[]
  readonly models: readonly string[]
} {
  const named = (prefix: string) =>
    held.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  return { runs: named(runLocks), models: named(modelLocks) }
}

/** What we use of `navigator.locks`. */
export interface LockRequester {
  request(
    name: string,
    options: { readonly signal?: AbortSignal },
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
  return hold(runLock(runId), { signal, locks }).catch((error: unknown) => {
    throw signal.aborted || !(error instanceof Error) ? new RunInUseError(runId) : error
  })
}

/** Resolves when nobody has the run open; rejects when the signal fires. */
export async function whenRunIsFree(
  runId: string,
  { signal, locks }: { readonly signal: AbortSignal; readonly locks: LockRequester },
): Promise<void> {
  await locks.request(runLock(runId), { signal }, () => Promise.resolve())
}

/** Waits for whoever changes the notes of this run. */
export function lockRunNotes(runId: string, locks: LockRequester): Promise<Release> {
  return hold(`leader-lab/run-notes/${runId}`, { locks })
}

/** Waits for whoever changes this stored model; rejects when the signal fires. */
export function lockModel(
  folder: string,
  { signal, locks }: { readonly signal: AbortSignal; readonly locks: LockRequester },
): Promise<Release> {
  return hold(`${modelLocks}${folder}`, { signal, locks })
}

function hold(
  name: string,
  { signal, locks }: { readonly signal?: AbortSignal; readonly locks: LockRequester },
): Promise<Release> {
  return new Promise((resolve, reject) => {
    const held = locks.request(
      name,
      signal === undefined ? {} : { signal },
      () => new Promise<void>((release) => resolve(release)),
    )
    held.catch(reject)
  })
}

/**
 * For a worker: holds the lock of its name until it ends, in whatever way. Resolves when it is held; before that the
 * worker must not speak, because its page may then ask for the lock, and the two requests could overtake each other.
 */
export function holdWhileAlive(worker: string, locks: LockRequester = navigator.locks): Promise<void> {
  return new Promise((resolve, reject) => {
    const held = locks.request(lifeLock(worker), {}, () => {
      resolve()
      return new Promise(() => undefined)
    })
    held.catch(reject)
  })
}

/** For its page, once the worker has spoken: resolves when it lives no more; rejects when the signal fires. */
export async function whenGone(
  worker: string,
  signal: AbortSignal,
  locks: LockRequester = navigator.locks,
): Promise<void> {
  await locks.request(lifeLock(worker), { signal }, () => Promise.resolve())
}

function lifeLock(worker: string): string {
  return `leader-lab/worker/${worker}`
}
