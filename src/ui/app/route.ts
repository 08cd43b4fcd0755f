/** The two places as hash routes: the address alone says where one is, so that back, forward and links work. */
import { useSyncExternalStore } from 'react'

export type Place = 'arena' | 'train'

export const places: readonly { readonly place: Place; readonly label: string }[] = [
  { place: 'arena', label: 'Arena' },
  { place: 'train', label: 'Train' },
]

export function placeOf(hash: string): Place {
  return hash.startsWith('#/train') ? 'train' : 'arena'
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
