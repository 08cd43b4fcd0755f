/** The places as hash routes: the address alone says where one is, so that back, forward and links work. */
import { useSyncExternalStore } from 'react'

export type Place = 'arena' | 'train' | 'evaluate' | 'team' | 'learn'

export const places: readonly { readonly place: Place; readonly label: string }[] = [
  { place: 'arena', label: 'Arena' },
  { place: 'train', label: 'Train' },
  { place: 'evaluate', label: 'Evaluate' },
  { place: 'team', label: 'Team' },
  { place: 'learn', label: 'Learn' },
]

export function placeOf(hash: string): Place {
  return places.find(({ place }) => hash === `#/${place}`)?.place ?? 'arena'
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
