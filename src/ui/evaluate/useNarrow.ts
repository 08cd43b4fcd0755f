/** Whether the window is a phone's, where figures are drawn in their narrow layout. */
import { useSyncExternalStore } from 'react'

const query = '(max-width: 640px)'

export function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = matchMedia(query)
      media.addEventListener('change', changed)
      return () => media.removeEventListener('change', changed)
    },
    () => matchMedia(query).matches,
  )
}
