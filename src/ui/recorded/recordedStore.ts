/**
 * The recorded run: fetched once, played through Train's own views, and taken over into a live run. No worker and no
 * engine before that.
 */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import { newRunId } from '../../common/run-id.ts'
import { readRecording } from '../../mlpo/recording/recording.ts'
import type { Recording } from '../../mlpo/recording/recording.ts'
import type { SavedRun } from '../../workers/client-types.ts'
import type { ErrorValue, RunControl } from '../../workers/protocol.ts'
import { failureOf } from '../shared/failure.ts'
import type { LabStore } from '../shared/labStore.ts'
import type { Link } from '../shared/link.ts'
import { stageNames } from '../train/step.ts'
import { stageTitles } from '../train/text.ts'
import type { TrainStore } from '../train/trainStore.ts'
import { fetchRecorded } from './fetchRecorded.ts'
import { nextStage, nextStep, start, stateAt, whole } from './position.ts'
import type { Position } from './position.ts'
import { createShown, showPosition } from './shown.ts'
import { runAt } from './takeOver.ts'

export type Speed = 'slow' | 'normal' | 'fast'

/** Per stage; at `fast` per step, because a stage could not be read. */
const pauseMs: Readonly<Record<Speed, number>> = { slow: 1600, normal: 650, fast: 450 }

/** Before its first move: a visitor who sees nothing move takes it for a picture. */
const firstPauseMs = 200

export interface RecordedState {
  readonly recording: Recording | null
  /** What Train's views draw; null until the recording is here. */
  readonly shown: TrainStore | null
  readonly error: ErrorValue | null
  readonly position: Position
  readonly playing: boolean
  readonly speed: Speed
  readonly takingOver: boolean
  /** Fetches the recording if it is not here yet, and plays it, unless motion is not wanted. */
  open(): Promise<void>
  control(control: RunControl): void
  /** Shows that step with all its stages, paused. */
  seek(step: number): void
  setSpeed(speed: Speed): void
  /** Goes on live from the nearest state before the position. */
  takeOver(): Promise<void>
}

export type RecordedStore = StoreApi<RecordedState>

export interface RecordedOptions {
  readonly link: Link
  readonly lab: LabStore
  readonly train: TrainStore
  /** Puts a saved run, with its team, on Train. */
  readonly showRun: (saved: SavedRun) => void
  /** Address of the folder of recordings, ending with a slash. */
  readonly recordings: string
}

export function createRecordedStore({
  link,
  lab,
  train,
  showRun,
  recordings,
}: RecordedOptions): RecordedStore {
  let timer: ReturnType<typeof setTimeout> | null = null
  let fetching: Promise<void> | null = null

  const show = (change: Partial<Pick<RecordedState, 'position' | 'playing' | 'speed'>>) => {
    store.setState(change)
    const { shown, recording, position, playing } = store.getState()
    if (shown !== null && recording !== null) showPosition(shown, { recording, position, playing })
    if (timer !== null) clearTimeout(timer)
    const waitMs = position === start ? firstPauseMs : pauseMs[store.getState().speed]
    timer = playing ? setTimeout(onTime, waitMs) : null
  }
  const onTime = () => {
    const { speed } = store.getState()
    const to = following(speed === 'fast' ? nextStep : nextStage)
    show(to === null ? { playing: false } : { position: to })
  }
  const following = (next: typeof nextStage) => {
    const { position, recording } = store.getState()
    return next(position, recording?.steps.length ?? 0)
  }
  const by = (next: typeof nextStage) => {
    show({ playing: false, position: following(next) ?? store.getState().position })
    const { step, stages } = store.getState().position
    const name = stageNames[stages - 1]
    if (name !== undefined) lab.getState().announce(`Step ${step}: ${stageTitles[name]} is done.`)
  }
  const control = (wanted: RunControl) => {
    switch (wanted) {
      case 'run':
        return show({ playing: true, ...(following(nextStage) === null && { position: start }) })
      case 'pause':
      case 'stop':
        return show({ playing: false })
      case 'stage':
        return by(nextStage)
      case 'step':
        return by(nextStep)
    }
  }
  const fetchOnce = async () => {
    try {
      const recording = readRecording(await (await fetchRecorded(`${recordings}route.json`)).text())
      const shown = createShown(recording, {
        control,
        leave: () => control('stop'),
        seek: (step) => show({ position: whole(step), playing: false }),
      })
      store.setState({ recording, shown, error: null })
      if (isStill()) show({ position: whole(Math.ceil(recording.steps.length / 2)), playing: false })
      else show({ position: start, playing: true })
    } catch (thrown) {
      fetching = null
      store.setState({ error: failureOf(thrown) })
    }
  }
  const takeOver = async () => {
    const { recording, position } = store.getState()
    if (recording === null) return
    show({ playing: false })
    store.setState({ takingOver: true, error: null })
    try {
      const state = stateAt(recording.states, position)
      const file = state && (await fetchRecorded(`${recordings}${state.file}`))
      const packed = file && new Uint8Array(await file.arrayBuffer())
      const client = await link.client()
      const runId = newRunId({ now: Date.now(), random: Math.random() })
      const saved = await client.runs.takeOver(runAt(recording, { state, packed, runId }))
      const source = `Recorded run, after step ${saved.step}`
      await client.runs.describe(saved.runId, { createdAt: Date.now(), source })
      if (train.getState().run !== null) train.getState().newRun()
      showRun(saved)
      location.hash = '#/train'
      train.getState().control('run')
    } catch (thrown) {
      store.setState({ error: failureOf(thrown) })
    } finally {
      store.setState({ takingOver: false })
    }
  }
  const store: RecordedStore = createStore<RecordedState>()(() => ({
    recording: null,
    shown: null,
    error: null,
    position: start,
    playing: false,
    speed: 'normal',
    takingOver: false,
    open: () => (fetching ??= fetchOnce()),
    control,
    seek: (step) => show({ position: whole(step), playing: false }),
    setSpeed: (speed) => show({ speed }),
    takeOver,
  }))
  return store
}

function isStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}

export const RecordedContext = createContext<RecordedStore | null>(null)

export function useRecordedStore(): RecordedStore {
  const store = useContext(RecordedContext)
  if (store === null) throw new Error('useRecorded stands outside of RecordedContext')
  return store
}

export function useRecorded<T>(select: (state: RecordedState) => T): T {
  return useStore(useRecordedStore(), select)
}
