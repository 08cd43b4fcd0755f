/**
 * Keeps the screen on while a run is running: a laptop that sleeps trains nothing. A hidden page loses the lock by itself and
 * gets it again when it is seen; where there is no such lock, or the browser refuses it (low battery), nothing happens.
 */
import type { TrainStore } from './trainStore.ts'

/** The part of `Navigator` and `Document` that is used. */
export interface Screen {
  /** null where the browser has none. */
  readonly request: (() => Promise<{ release(): Promise<void> }>) | null
  isVisible(): boolean
  onVisibility(listener: () => void): void
}

export function keepAwake(store: TrainStore, { request, isVisible, onVisibility }: Screen): void {
  if (request === null) return
  let held: Promise<{ release(): Promise<void> } | null> | null = null
  const update = () => {
    const wanted = store.getState().run?.mode === 'running' && isVisible()
    if (wanted && held === null) held = request().catch(() => null)
    if (wanted || held === null) return
    const old = held
    held = null
    void old.then((lock) => lock?.release()).catch(() => undefined)
  }
  store.subscribe(({ run }, before) => {
    if (run?.mode !== before.run?.mode) update()
  })
  onVisibility(update)
}

export const thisScreen: Screen = {
  request:
    typeof navigator !== 'undefined' && 'wakeLock' in navigator
      ? () => navigator.wakeLock.request('screen')
      : null,
  isVisible: () => document.visibilityState === 'visible',
  onVisibility: (listener) => document.addEventListener('visibilitychange', listener),
}
