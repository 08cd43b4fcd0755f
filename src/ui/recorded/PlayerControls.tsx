/** What is played, where it stands, and the player's buttons. */
import { useId } from 'react'
import { presetNamed } from '../../mlpo/config/presets.ts'
import type { Recording } from '../../mlpo/recording/recording.ts'
import { Segmented } from '../shared/Segmented.tsx'
import { finishedSteps, nextStage } from './position.ts'
import { useRecorded } from './recordedStore.ts'
import type { Speed } from './recordedStore.ts'

const speeds: readonly { readonly value: Speed; readonly label: string }[] = [
  { value: 'slow', label: 'Slow' },
  { value: 'normal', label: 'Normal' },
  { value: 'fast', label: 'Fast' },
]

export function PlayerControls({ recording }: { readonly recording: Recording }) {
  const playing = useRecorded((state) => state.playing)
  const position = useRecorded((state) => state.position)
  const speed = useRecorded((state) => state.speed)
  const control = useRecorded((state) => state.control)
  const seek = useRecorded((state) => state.seek)
  const setSpeed = useRecorded((state) => state.setSpeed)
  const slider = useId()
  const { config, app, device } = recording
  const preset = presetNamed(recording.preset)?.label ?? recording.preset
  const steps = recording.steps.length
  const isOver = nextStage(position, steps) === null
  return (
    <div className="player">
      <div className="player-label">
        <p>
          <strong>Recorded run</strong>
          <span>
            step {position.step} of {steps}
          </span>
        </p>
        <p className="soft">
          {preset}, seed {config.seed}, version {app}, {device}
        </p>
      </div>
      <div className="controls" role="group" aria-label="Controls">
        <button type="button" className="button main" onClick={() => control(playing ? 'pause' : 'run')}>
          {playing ? 'Pause' : isOver ? 'Play again' : 'Play'} <kbd aria-hidden="true">space</kbd>
        </button>
        <button type="button" className="button" disabled={isOver} onClick={() => control('stage')}>
          Next stage <kbd aria-hidden="true">.</kbd>
        </button>
        <button type="button" className="button" disabled={isOver} onClick={() => control('step')}>
          Next step <kbd aria-hidden="true">&gt;</kbd>
        </button>
      </div>
      <label className="player-step" htmlFor={slider}>
        Step
        <input
          id={slider}
          type="range"
          min={1}
          max={steps}
          value={position.step}
          aria-valuetext={`step ${position.step} of ${steps}, ${finishedSteps(position)} done`}
          data-own-arrows=""
          onChange={({ target }) => seek(Number(target.value))}
        />
      </label>
      <Segmented label="Speed" options={speeds} value={speed} onChange={setSpeed} />
    </div>
  )
}
