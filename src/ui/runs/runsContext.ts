/** What Runs needs of the rest of the page. Its own store, and all else of it, is fetched with the place. */
import { createContext, useContext } from 'react'
import type { Preset } from '../../mlpo/config/presets.ts'
import type { SavedRun } from '../../workers/client-types.ts'
import type { Link } from '../shared/link.ts'
import type { TrainStore } from '../train/trainStore.ts'

export interface RunsSurroundings {
  readonly link: Link
  readonly train: TrainStore
  /** Puts a saved run, with its team, on Train. */
  readonly showRun: (saved: SavedRun) => void
  readonly presets: readonly Preset[]
}

export const RunsContext = createContext<RunsSurroundings | null>(null)

export function useSurroundings(): RunsSurroundings {
  const surroundings = useContext(RunsContext)
  if (surroundings === null) throw new Error('Runs stands outside of RunsContext')
  return surroundings
}
