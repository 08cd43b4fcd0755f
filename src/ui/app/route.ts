/** The places as hash routes: the address alone says where one is, so that back, forward and links work. */
import { useSyncExternalStore } from 'react'

export type Place = 'arena' | 'train' | 'evaluate' | 'team' | 'runs' | 'learn' | 'recorded'

export const places: readonly { readonly place: Place; readonly label: string }[] = [
  { place: 'arena', label: 'Arena' },
  { place: 'train', label: 'Train' },
  { place: 'evaluate', label: 'Evaluate' },
  { place: 'team', label: 'Team' },
  { place: 'runs', label: 'Runs' },
  { place: 'learn', label: 'Learn' },
]

/** Where a first visit begins; reached by links, not by the list of places. */
const opening = { place: 'recorded', label: 'Recorded run' } as const

export function placeOf(hash: string): Place {
  return [...places, opening].find(({ place }) => hash === `#/${place}`)?.place ?? 'arena'
}

export function labelOf(wanted: Place): string {
  return [...places, opening].find(({ place }) => place === wanted)?.label ?? ''
}

export function usePlace(): Place {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener('hashchange', changed)
      return () => window.removeEventListener('hashchange', changed)
    },
    () => placeOf(location.hash),
  )
}
