/** Team: who leads, who advises, on which models; and what of them is kept in this browser. */
import { useEffect } from 'react'
import { promptStyleName } from '../../mlpo/prompts.ts'
import { agentColour } from '../shared/agent.ts'
import { partControls } from '../experiment/controls.ts'
import { useAccess } from '../experiment/experimentStore.ts'
import { Term } from '../glossary/Term.tsx'
import { LockedNote } from '../experiment/LockedNote.tsx'
import { useLab } from '../shared/labStore.ts'
import { ModelChoice } from './ModelChoice.tsx'
import { StoredModels } from './StoredModels.tsx'
import {
  draftOfTeam,
  modelsOf,
  mostSeats,
  sameTeam,
  withLeader,
  withSeat,
  withSeatAdded,
  withSeatRemoved,
  type Seat,
} from './teamDraft.ts'
import { lookAtDevice, useTeam, useTeamStore } from './teamStore.ts'

export function TeamView() {
  const store = useTeamStore()
  const draft = useTeam((state) => state.draft)
  const edit = useTeam((state) => state.edit)
  const access = useAccess(partControls.team)
  useEffect(() => void lookAtDevice(store), [store, draft])
  return (
    <div className="team-place">
      <h1 className="visually-hidden">Team: who leads, who advises</h1>
      {access === 'locked' && <LockedNote what="The team" />}
      <fieldset className="team-fields" disabled={access === 'locked'}>
        <section className="team-leader" aria-labelledby="team-leader">
          <h2 id="team-leader">
            <i className="leader-dot" aria-hidden="true" /> Leader
          </h2>
          <p className="soft">
            The <Term name="leader">leader</Term> reads what the <Term name="peer">peers</Term> write, thinks,
            decides; and is the one that learns.
          </p>
          <ModelChoice
            model={draft.leader}
            role="leader"
            who="the leader"
            choose={(model) => edit((held) => withLeader(held, model))}
          />
        </section>
        <section className="team-peers" aria-labelledby="team-peers">
          <h2 id="team-peers">Peers</h2>
          <p className="soft">
            Stay as they are. <Term name="seat">Seats</Term> with the same model share it, and then differ in
            their <Term name="role">roles</Term> alone.
          </p>
          <ol>
            {draft.seats.map((seat, index) => (
              <SeatRow key={index} seat={seat} index={index} only={draft.seats.length === 1} />
            ))}
          </ol>
          {draft.seats.length < mostSeats && (
            <button type="button" className="button" onClick={() => edit(withSeatAdded)}>
              Add a peer
            </button>
          )}
        </section>
      </fieldset>
      <UseTeam />
      <StoredModels />
    </div>
  )
}

function SeatRow({
  seat,
  index,
  only,
}: {
  readonly seat: Seat
  readonly index: number
  readonly only: boolean
}) {
  const edit = useTeam((state) => state.edit)
  const who = `peer ${index + 1}`
  return (
    <li className="seat" style={agentColour(index)}>
      <header>
        <h3>Peer {index + 1}</h3>
        {!only && (
          <button
            type="button"
            className="link-button"
            onClick={() => edit((draft) => withSeatRemoved(draft, index))}
          >
            Remove<span className="visually-hidden"> {who}</span>
          </button>
        )}
      </header>
      <ModelChoice
        model={seat.model}
        role="peer"
        who={who}
        choose={(model) => edit((draft) => withSeat(draft, index, { model }))}
      />
      <Role seat={seat} index={index} />
    </li>
  )
}

/** A nano peer was trained on two words; others read what one writes. */
function Role({ seat, index }: { readonly seat: Seat; readonly index: number }) {
  const edit = useTeam((state) => state.edit)
  const set = (role: string) => edit((draft) => withSeat(draft, index, { role }))
  const name = (
    <>
      Role<span className="visually-hidden"> of peer {index + 1}</span>
    </>
  )
  if (promptStyleName(seat.model) === 'nano')
    return (
      <label className="seat-role">
        {name}
        <select className="field" value={seat.role} onChange={(event) => set(event.target.value)}>
          <option value="specialist">specialist: good at one domain</option>
          <option value="generalist">generalist: fair at all</option>
        </select>
      </label>
    )
  return (
    <label className="seat-role">
      {name}
      <textarea
        className="field"
        rows={3}
        value={seat.role}
        aria-invalid={seat.role.trim() === ''}
        onChange={(event) => set(event.target.value)}
      />
    </label>
  )
}

function UseTeam() {
  const draft = useTeam((state) => state.draft)
  const fitted = useTeam((state) => state.fit)
  useTeam((state) => state.probe)
  const use = useTeam((state) => state.use)
  const reset = useTeam((state) => state.reset)
  const preset = useLab((state) => state.preset)
  const locked = useLab((state) => state.locked)
  const access = useAccess(partControls.team)
  const unchanged = sameTeam(draft, draftOfTeam(preset.config))
  const misfit = modelsOf(draft).find((model) => {
    const role = model === draft.leader ? 'leader' : 'peer'
    return fitted(model, role)?.verdict === 'no'
  })
  const unnamed = draft.seats.findIndex(({ role }) => role.trim() === '')
  const problem = locked
    ? 'A run is open with the present team. Leave it by “New run” in Train to change the team.'
    : misfit !== undefined
      ? `${misfit} does not fit: choose another model.`
      : unnamed >= 0
        ? `Peer ${unnamed + 1} has no role: say who it is.`
        : null
  return (
    <section className="team-use" aria-label="Use this team">
      <p className={unchanged ? 'soft' : problem === null ? '' : 'problem'} role="status">
        {unchanged
          ? `This is the page’s team (${preset.label}).`
          : (problem ?? 'Not in use yet. Models that are not here are fetched when the team first works.')}
      </p>
      {!unchanged && (
        <div className="row">
          <button
            type="button"
            className="button main"
            disabled={problem !== null || access === 'locked'}
            onClick={use}
          >
            Use this team
          </button>
          <button type="button" className="button" onClick={reset}>
            Back to {preset.label}
          </button>
        </div>
      )}
    </section>
  )
}
