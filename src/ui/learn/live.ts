/** What checks and figures of a lesson may look at: the state of the places, as it is now. */
import { useContext } from 'react'
import { useStore } from 'zustand'
import { usePlace } from '../app/route.ts'
import type { Place } from '../app/route.ts'
import { useArena } from '../arena/arenaStore.ts'
import type { ArenaState } from '../arena/arenaStore.ts'
import { LabContext } from '../shared/labStore.ts'
import type { LabState } from '../shared/labStore.ts'
import { useTrain } from '../train/trainStore.ts'
import type { TrainState } from '../train/trainStore.ts'

export interface Live {
  readonly place: Place
  readonly lab: LabState
  readonly arena: ArenaState
  readonly train: TrainState
}

export function useLive(): Live {
  const lab = useContext(LabContext)
  if (lab === null) throw new Error('useLive stands outside of LabContext')
  return {
    place: usePlace(),
    lab: useStore(lab),
    arena: useArena((state) => state),
    train: useTrain((state) => state),
  }
}
