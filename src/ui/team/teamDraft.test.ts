import { describe, expect, it } from 'vitest'
import { presetNamed, presets, type Preset } from '../../mlpo/config/presets.ts'
import {
  draftOfTeam,
  mostSeats,
  presetOfTeam,
  problemOfModel,
  type TeamDraft,
  withLeader,
  withSeat,
  withSeatAdded,
  withSeatRemoved,
} from './teamDraft.ts'

function preset(name: string): Preset {
  const found = presetNamed(name)
  if (found === undefined) throw new Error(`there is no preset ${name}`)
  return found
}

const nano = draftOfTeam(preset('route').config)
const smol = 'SmolLM2-135M-Instruct-q0f32-MLC'
const asPreset = (draft: TeamDraft, present = preset('route').config) =>
  presetOfTeam(draft, { presets, present })

describe('a team that is being put together', () => {
  it('gives each seat its own role, also where one text stands for all', () => {
    expect(nano.seats.map(({ role }) => role)).toEqual(['specialist', 'specialist', 'specialist'])
  })

  it('changes a role that the new model could not read, and keeps one that it can', () => {
    const mixed = withSeat(nano, 1, { model: smol })
    expect(mixed.seats[1]?.role).toBe(preset('smollm2').config.peer_roles[1])
    expect(mixed.seats[0]).toEqual(nano.seats[0])
    const generalist = withSeat(nano, 0, { role: 'generalist' })
    expect(withSeat(generalist, 0, { model: 'nano-logic' }).seats[0]?.role).toBe('generalist')
  })

  it('grows by its last model to eight seats and no further', () => {
    let draft = nano
    for (let i = 0; i < 10; i++) draft = withSeatAdded(draft)
    expect(draft.seats).toHaveLength(mostSeats)
    expect(draft.seats.at(-1)?.model).toBe('nano-knowledge')
    expect(withSeatRemoved(nano, 1).seats.map(({ model }) => model)).toEqual(['nano-math', 'nano-knowledge'])
  })

  it('is the preset that has this very team', () => {
    for (const each of [preset('route'), preset('read'), preset('smollm2')])
      expect(asPreset(draftOfTeam(each.config))).toBe(each)
  })

  it('keeps the present settings for a leader of the same kind, and takes others for another kind', () => {
    const small = asPreset(withSeatRemoved(draftOfTeam(preset('smollm2').config), 2))
    expect(small.config).toEqual({
      ...preset('smollm2').config,
      peers: [smol, smol],
      peer_roles: preset('smollm2').config.peer_roles.slice(0, 2),
    })
    const own = asPreset(withSeatRemoved(nano, 0), preset('tiny').config)
    expect(own.config.max_completion_length).toBe(preset('tiny').config.max_completion_length)
    const led = asPreset(withLeader(nano, smol))
    expect(led.config.max_completion_length).toBe(preset('smollm2').config.max_completion_length)
  })

  it('says what is wrong with a name', () => {
    expect(problemOfModel('nano-leader', 'https://lab.test/models/')).toBeNull()
    expect(problemOfModel('ftp://example.org/model', 'https://lab.test/models/')).toContain('https:')
  })
})
