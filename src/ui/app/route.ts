/** The places as hash routes: the address alone says where one is, so that back, forward and links work. */
import { useSyncExternalStore } from 'react'

export type Place =
  'arena' | 'train' | 'evaluate' | 'team' | 'runs' | 'learn' | 'recorded' | 'storage' | 'glossary'

export const places: readonly { readonly place: Place; readonly label: string }[] = [
  { place: 'arena', label: 'Arena' },
  { place: 'train', label: 'Train' },
  { place: 'evaluate', label: 'Evaluate' },
  { place: 'team', label: 'Team' },
  { place: 'runs', label: 'Runs' },
  { place: 'learn', label: 'Learn' },
]

/** Reached by links, not by the list of places; a first visit begins at the recorded run. */
const linked: typeof places = [
  { place: 'recorded', label: 'Recorded run' },
  { place: 'storage', label: 'Storage' },
  { place: 'glossary', label: 'Glossary' },
]

export function placeOf(hash: string): Place {
  return [...places, ...linked].find(({ place }) => hash === `#/${place}`)?.place ?? 'arena'
}

export function labelOf(wanted: Place): string {
  return [...places, ...linked].find(({ place }) => place === wanted)?.label ?? ''
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
