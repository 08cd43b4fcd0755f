/**
 * The team as it is being put together: who leads, who sits where with which role, and what is wrong with that. Pure; the
 * view only draws it.
 */
import { locateModel, ModelNameError } from '../../engine/catalog.ts'
import type { Config } from '../../mlpo/config/config.ts'
import { parseConfig } from '../../mlpo/config/config.ts'
import { presetNamed, type Preset } from '../../mlpo/config/presets.ts'
import { promptStyleName } from '../../mlpo/prompts.ts'

export interface Seat {
  readonly model: string
  readonly role: string
}

export interface TeamDraft {
  readonly leader: string
  readonly seats: readonly Seat[]
}

export const mostSeats = 8

export function draftOfTeam({ leader, peers, peer_roles: roles }: Config): TeamDraft {
  return { leader, seats: peers.map((model, seat) => ({ model, role: roles[seat] ?? roles[0] ?? '' })) }
}

export function withLeader(draft: TeamDraft, leader: string): TeamDraft {
  return { ...draft, leader }
}

/** A model of the other kind takes a role that it can read. */
export function withSeat(draft: TeamDraft, index: number, change: Partial<Seat>): TeamDraft {
  const seats = draft.seats.map((seat, other) => {
    if (other !== index) return seat
    const changed = { ...seat, ...change }
    const sameKind = promptStyleName(changed.model) === promptStyleName(seat.model)
    return sameKind || change.role !== undefined
      ? changed
      : { ...changed, role: usualRole(changed.model, index) }
  })
  return { ...draft, seats }
}

/** One more of the last kind. */
export function withSeatAdded(draft: TeamDraft): TeamDraft {
  const model = draft.seats.at(-1)?.model ?? draft.leader
  if (draft.seats.length >= mostSeats) return draft
  return { ...draft, seats: [...draft.seats, { model, role: usualRole(model, draft.seats.length) }] }
}

export function withSeatRemoved(draft: TeamDraft, index: number): TeamDraft {
  return { ...draft, seats: draft.seats.filter((_, other) => other !== index) }
}

/** What is wrong with the name of a model, in a sentence; null if it leads somewhere. */
export function problemOfModel(model: string, modelBase: string): string | null {
  try {
    locateModel(model, modelBase)
    return null
  } catch (error) {
    if (error instanceof ModelNameError) return error.message
    throw error
  }
}

/** Distinct models, the leader first. */
export function modelsOf({ leader, seats }: TeamDraft): readonly string[] {
  return [...new Set([leader, ...seats.map(({ model }) => model)])]
}

export function sameTeam(a: TeamDraft, b: TeamDraft): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/**
 * The team with settings that suit it: those of the preset that has this very team; else the page's present ones, if its
 * leader is of the same kind; else those of the preset for leaders of the new one's kind. A model that reads
 * instructions needs room to write; a nano model has none to spare.
 */
export function presetOfTeam(
  draft: TeamDraft,
  { presets, present }: { readonly presets: readonly Preset[]; readonly present: Config },
): Preset {
  const known = presets.find(({ config }) => sameTeam(draftOfTeam(config), draft))
  if (known !== undefined) return known
  const kind = promptStyleName(draft.leader)
  const usual = presetNamed(kind === 'nano' ? 'route' : 'smollm2')
  if (usual === undefined) throw new Error('A preset for teams is missing.')
  const settings = promptStyleName(present.leader) === kind ? present : usual.config
  const team = {
    leader: draft.leader,
    peers: draft.seats.map(({ model }) => model),
    peer_roles: draft.seats.map(({ role }) => role),
  }
  return ownTeam(parseConfig({ ...settings, ...team }))
}

/** A team that no preset has, for the chip and the forms. */
export function ownTeam(config: Config): Preset {
  const description = 'Your own team. Settings begin with what suits its leader, and can be changed in Train.'
  return { name: 'own', aliases: [], label: 'Own team', description, config }
}

function usualRole(model: string, seat: number): string {
  const { peer_roles: roles } = presetNamed(promptStyleName(model) === 'nano' ? 'route' : 'smollm2')
    ?.config ?? {
    peer_roles: [],
  }
  return roles[seat % roles.length] ?? ''
}
