/**
 * Notices that the run on the page is open in another tab, and when that tab lets go of it. The lock itself is waited for:
 * nothing is polled, and a tab that dies has let go.
 */
import type { Link } from '../shared/link.ts'
import type { TrainStore } from './trainStore.ts'

export function watchElsewhere(store: TrainStore, link: Link): void {
  let watching = new AbortController()
  const watch = async (runId: string, signal: AbortSignal) => {
    const { runs } = await link.client()
    const tell = (isElsewhere: boolean) => {
      if (!signal.aborted) store.setState({ isElsewhere })
    }
    const isElsewhere = (await runs.openIn(runId)) === 'another tab'
    tell(isElsewhere)
    if (!isElsewhere || signal.aborted) return
    await runs.whenFree(runId, signal)
    tell(false)
  }
  store.subscribe(({ run }, before) => {
    if (run?.runId === before.run?.runId && run?.saved === before.run?.saved) return
    watching.abort()
    watching = new AbortController()
    if (store.getState().isElsewhere) store.setState({ isElsewhere: false })
    // Without an answer the page does as if nobody had it; whoever continues is told.
    if (run?.saved === true) watch(run.runId, watching.signal).catch(() => undefined)
  })
}
