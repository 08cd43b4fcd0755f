/** The team: which preset, who is in it, and the choice of another one while no run is open. */
import { useId } from 'react'
import type { Preset } from '../../mlpo/config/presets.ts'
import type { ModelReport } from '../../workers/protocol.ts'
import { agentColour } from '../shared/agent.ts'
import { Explain } from '../shared/Explain.tsx'
import { lastPart, parameters } from '../shared/format.ts'
import { useLab } from '../shared/labStore.ts'
import { partControls } from '../experiment/controls.ts'
import { useAccess } from '../experiment/experimentStore.ts'
import { LockedNote } from '../experiment/LockedNote.tsx'
import { libraryNames } from './libraries.ts'

export function TeamChip({ presets }: { readonly presets: readonly Preset[] }) {
  const preset = useLab((state) => state.preset)
  return (
    <Explain
      className="chip"
      label="Team"
      triggerLabel={`Team: ${preset.label}`}
      trigger={
        <>
          <span className="chip-dots" aria-hidden="true">
            {preset.config.peers.map((_, index) => (
              <i key={index} style={agentColour(index)} />
            ))}
          </span>
          {preset.label}
        </>
      }
    >
      <TeamDetail presets={presets} />
    </Explain>
  )
}

function TeamDetail({ presets }: { readonly presets: readonly Preset[] }) {
  const preset = useLab((state) => state.preset)
  const team = useLab((state) => state.team)
  const locked = useLab((state) => state.locked)
  const choosePreset = useLab((state) => state.choosePreset)
  const choice = useAccess(partControls.preset)
  const teamPlace = useAccess(partControls.team)
  const name = useId()
  // A link may name a preset that is not offered.
  const options = presets.includes(preset) || preset.name === 'own' ? presets : [...presets, preset]
  return (
    <>
      {choice !== 'open' && !locked ? (
        <>
          <h2>Team “{preset.label}”</h2>
          <p>{preset.description}</p>
          {choice === 'locked' && <LockedNote what="The preset" />}
        </>
      ) : locked ? (
        <>
          <h2>Team “{preset.label}”</h2>
          <p>{preset.description}</p>
          <p className="soft">
            A run is open with this team. To change the team, leave it by “New run” in Train.
          </p>
        </>
      ) : (
        <fieldset className="team-choice">
          <legend>Choose a team</legend>
          {options.map((option) => (
            <label key={option.name}>
              <input
                type="radio"
                name={name}
                checked={option === preset}
                onChange={() => choosePreset(option)}
              />
              <span>
                <strong>{option.label}</strong>
                <br />
                {option.description}
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <ul className="team-list">
        <li>
          <i className="leader-dot" aria-hidden="true" />
          <span>Leader, which learns</span>
          <span className="mono">{lastPart(preset.config.leader)}</span>
          {team !== null && <ModelFacts model={team.leader} />}
        </li>
        {preset.config.peers.map((peer, index) => (
          <li key={index}>
            <i style={agentColour(index)} aria-hidden="true" />
            <span>{preset.config.permute_seats ? 'A peer' : `Peer ${index + 1}`}, frozen</span>
            <span className="mono">{lastPart(peer)}</span>
            {team?.peers[index] !== undefined && <ModelFacts model={team.peers[index]} />}
          </li>
        ))}
      </ul>
      <p className="soft">
        {team === null
          ? 'Its models are fetched when they are first needed, and then stay in this browser.'
          : 'Its models are loaded.'}{' '}
        Nano models are made for this page: tiny, and good only at the kinds of question that can be drawn
        here.{' '}
        {teamPlace === 'open' && (
          <>
            <a href="#/team">Put a team together</a> of these and of real language models.
          </>
        )}
      </p>
    </>
  )
}

function ModelFacts({ model: { parameters: count, library } }: { readonly model: ModelReport }) {
  return (
    <span className="soft">
      {parameters(count)} parameters{library !== null && `, by ${libraryNames[library]}`}
    </span>
  )
}
