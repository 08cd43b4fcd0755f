/** Laws of round-1 training prompts: who has read what, which leader is followed, and resume bit for bit. */
import { describe, expect, test } from 'vitest'
import type { Adapter, Engine } from '../engine/engine.ts'
import type { Config } from './config/config.ts'
import { promptStyles } from './prompts.ts'
import { readSession, writeSession } from './session-file.ts'
import type { SessionEvent } from './session.ts'
import type { Proposal } from './stages.ts'
import type { TeamPeer } from './team.ts'
import { fakeEngine } from './testing/fake-engine.ts'
import { allEvents, fakeSession, stagesOf } from './testing/fake-session.ts'
import { scriptedEngine } from './testing/scripted-engine.ts'

const later: Partial<Config> = {
  proposal_rounds: 2,
  proposals_per_peer: 2,
  prompts_per_step: 6,
  learning_rate: 0.3,
}

/** Three peers that take over the leader's answer half of the time. */
function peersOf() {
  const engines = ['anna', 'ben', 'cleo'].map((name) =>
    scriptedEngine(name, ({ prompt, uniform }) => {
      const read = /<answer>(\d+)<\/answer>/.exec(prompt)?.[1] ?? 'none'
      return `${name} read ${read}. Answer: ${uniform < 0.5 ? read : '1'}`
    }),
  )
  const peers = engines.map((engine): TeamPeer => ({
    engine,
    role: 'r',
    style: promptStyles.nano,
    fingerprint: '',
  }))
  return { engines, peers }
}

const promptsOf = (events: readonly SessionEvent[]) =>
  stagesOf(events, 'prompt').flatMap(({ prompts }) => prompts)
const textsOf = (proposals: readonly Proposal[] | null) => (proposals ?? []).map(({ text }) => text)
const withoutVersions = (events: readonly SessionEvent[]) =>
  JSON.parse(
    JSON.stringify(events, (key, value: unknown) => (key === 'adapterVersion' ? undefined : value)),
  ) as unknown[]

describe('prompts of the second round', () => {
  test('come as often as those of the first, each variant of a question once an epoch', async () => {
    const { peers } = peersOf()
    const prompts = promptsOf(await allEvents(fakeSession({ ...later, max_steps: 4 }, { peers })))
    const names = prompts.map(({ task, variant, round }) => `${task.id}/${variant}/${round}`)
    expect(prompts.filter(({ round }) => round === 1)).toHaveLength(12)
    expect(new Set(names).size).toBe(6 * 2 * 2)
  })

  test('show what each peer made of its own solution and the leader’s answer, never another peer’s', async () => {
    const { peers, engines } = peersOf()
    const prompts = promptsOf(await allEvents(fakeSession({ ...later, max_steps: 2 }, { peers })))
    const revised = prompts.filter(({ round }) => round === 1)
    for (const { proposals, promptText } of revised) {
      const answers = textsOf(proposals).map((text) => /read (\d+)/.exec(text)?.[1])
      expect(new Set(answers).size).toBe(1)
      expect(textsOf(proposals).map((text) => text.split(' ')[0])).toEqual(['anna', 'ben', 'cleo'])
      for (const text of textsOf(proposals)) expect(promptText).toContain(text)
    }
    for (const { prompts: read } of engines)
      for (const prompt of read) expect(prompt).toMatch(/Mine: \d \+ \d = \d+\. Answer: \d+\nLeader: <think>/)
  })

  test('with group_by task are all variants of that round', async () => {
    const { peers } = peersOf()
    const given: Partial<Config> = { ...later, group_by: 'task', max_steps: 2 }
    for (const { prompts } of stagesOf(await allEvents(fakeSession(given, { peers })), 'prompt'))
      for (let at = 0; at < prompts.length; at += 2) {
        const [first, second] = prompts.slice(at, at + 2)
        expect([first?.variant, second?.variant]).toEqual([1, 2])
        expect(second?.round).toBe(first?.round)
        expect(textsOf(first?.proposals ?? null)[0]?.includes('anna')).toBe(first?.round === 1)
      }
  })

  test('leave the order of a run with one round as it is', async () => {
    const { peers, engines } = peersOf()
    const once = promptsOf(await allEvents(fakeSession({ max_steps: 3 })))
    expect(promptsOf(await allEvents(fakeSession({ max_steps: 3 }, { peers })))).toEqual(once)
    expect(engines.flatMap(({ prompts }) => prompts)).toEqual([])
  })
})

describe('the leader that revisions follow', () => {
  /** Notes which adapter was on whenever revisions were asked for, and in every step. */
  function watched() {
    const engine = fakeEngine()
    let on: Adapter | null = null
    const revisedOn: (Adapter | null)[] = []
    const sampledOn: (Adapter | null)[] = []
    const leader: Engine = {
      ...engine,
      setAdapter(adapter) {
        on = adapter
        return engine.setAdapter(adapter)
      },
      sample(requests, options) {
        ;(requests[0]?.id.startsWith('revision/') ? revisedOn : sampledOn).push(on)
        return engine.sample(requests, options)
      },
    }
    return { leader, revisedOn, sampledOn }
  }
  const weights = (adapters: readonly (Adapter | null)[]) =>
    adapters.map((adapter) => JSON.stringify([...(adapter?.modules.values() ?? [])].map(({ b }) => [...b])))

  test('is the one that training began with, however far it has come', async () => {
    const { leader, revisedOn, sampledOn } = watched()
    const session = fakeSession({ ...later, max_steps: 4 }, { leader, peers: peersOf().peers })
    const { start } = session.state().trainer
    await allEvents(session)
    expect(revisedOn.length).toBeGreaterThan(1)
    expect(new Set(weights(revisedOn))).toEqual(new Set(weights([start])))
    expect(new Set(weights(sampledOn)).size).toBe(4)
  })

  test('with refresh_proposals is the current one every so many steps', async () => {
    const { leader, revisedOn, sampledOn } = watched()
    const given: Partial<Config> = { ...later, refresh_proposals: 2, max_steps: 6 }
    await allEvents(fakeSession(given, { leader, peers: peersOf().peers }))
    const steps = weights(sampledOn)
    const followed = [...new Set(weights(revisedOn))]
    expect(followed).toEqual([steps[0], steps[2], steps[4]])
  })

  test('a question that comes again after a refresh is revised anew', async () => {
    const texts = async (refresh_proposals: number | null) => {
      const given: Partial<Config> = { ...later, refresh_proposals, max_steps: 8, num_generations: 8 }
      const prompts = promptsOf(await allEvents(fakeSession(given, { peers: peersOf().peers })))
      const byName = new Map<string, Set<string>>()
      for (const { task, variant, round, proposals } of prompts)
        if (round === 1) {
          const name = `${task.id}/${variant}`
          byName.set(name, (byName.get(name) ?? new Set()).add(textsOf(proposals).join('|')))
        }
      return Math.max(...[...byName.values()].map(({ size }) => size))
    }
    expect(await texts(null)).toBe(1)
    expect(await texts(4)).toBeGreaterThan(1)
  })

  test.each([[null], [2], [3]])(
    'refresh every %s: saved in between and read back, the run is the same',
    async (every) => {
      const given: Partial<Config> = { ...later, refresh_proposals: every, alone_fraction: 0.2, max_steps: 8 }
      const straight = fakeSession(given, { peers: peersOf().peers })
      const events = withoutVersions(await allEvents(straight))
      for (const at of [2, 3, 5]) {
        const first = fakeSession(given, { peers: peersOf().peers })
        const before: SessionEvent[] = []
        while (first.state().step < at) {
          const { value, done } = await first.events.next()
          if (done !== true) before.push(value)
        }
        const state = readSession(writeSession(first.state()))
        expect(state).toEqual(first.state())
        const second = fakeSession(given, { peers: peersOf().peers, state })
        expect(withoutVersions([...before, ...(await allEvents(second))])).toEqual(events)
        expect(writeSession(second.state())).toEqual(writeSession(straight.state()))
      }
    },
  )

  test('has nothing to renew where there is one round', () => {
    expect(() => fakeSession({ refresh_proposals: 2 })).toThrow(
      /refresh_proposals \(2\) has nothing to renew/,
    )
  })
})
