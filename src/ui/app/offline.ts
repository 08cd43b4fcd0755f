/**
 * Keeps the page for use without a network, once it has loaded and has nothing else to do. `npm run dev` has no service
 * worker. Where it cannot be had (a private window, an old browser) the page is as it would be without. Nor does it fetch
 * twelve megabytes for whoever has told the browser to save data.
 */
import { createStore } from 'zustand/vanilla'

export type Kept = 'no' | 'fetching' | 'yes'

/** What the device chip tells. */
export const keptStore = createStore<{ readonly kept: Kept }>(() => ({ kept: 'no' }))

export function keepForOffline(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator) || savesData()) return
  const keep = async () => {
    keptStore.setState({ kept: 'fetching' })
    try {
      await navigator.serviceWorker.register(new URL('service-worker.js', document.baseURI))
      await navigator.serviceWorker.ready
      keptStore.setState({ kept: 'yes' })
    } catch {
      keptStore.setState({ kept: 'no' })
    }
  }
  // Safari has no idle callbacks.
  const whenIdle = () =>
    'requestIdleCallback' in window
      ? requestIdleCallback(() => void keep(), { timeout: 10_000 })
      : setTimeout(() => void keep(), 2000)
  if (document.readyState === 'complete') whenIdle()
  else window.addEventListener('load', whenIdle, { once: true })
}

/** Chromium alone tells. */
function savesData(): boolean {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } }
  return connection?.saveData === true
}
