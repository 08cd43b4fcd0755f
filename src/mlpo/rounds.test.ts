/** Laws of the rounds: who sees what, streams that add up to texts, a history that goes on, and a stop that stops. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Engine } from '../engine/engine.ts'
import { budgetAfter, noBudget } from './budget.ts'
import { leaderText, promptStyles } from './prompts.ts'
import { askTeam, type AskInput, type FinishedRound } from './rounds.ts'
import type { Budget, RoundEvent } from './stages.ts'
import type { TeamPeer } from './team.ts'
import { scriptedEngine, type ScriptedCall } from './testing/scripted-engine.ts'

const task = {
  id: 'q1',
  family: 'chain',
  domain: 'math',
  question: 'What is 2 + 2?',
  answer: '4',
  answer_type: 'number',
} as const

function setup(given: Partial<AskInput> = {}, reply?: (call: ScriptedCall) => string) {
  const say = (name: string) =>
    scriptedEngine(name, ({ prompt }) =>
      prompt.includes('Leader:') ? `${name} again. Answer: 5` : `${name}. Answer: 4`,
    )
  const engines = [say('anna'), say('ben')]
  const leader = scriptedEngine('leader', reply ?? (() => leaderText({ thought: 'Hm.', answer: '4' })))
  const peers = engines.map((engine): TeamPeer => ({
    engine,
    role: 'r',
    style: promptStyles.nano,
    fingerprint: '',
  }))
  let clock = 0
  const input: AskInput = {
    team: { leader, style: promptStyles.nano, peers },
    task,
    rounds: 1,
    settings: { max_completion_length: 100, max_proposal_length: 100, permute_seats: false },
    temperature: 1,
    seed: 1,
    now: () => (clock += 1),
    ...given,
  }
  return { input, engines, leader }
}

async function all(input: AskInput): Promise<RoundEvent[]> {
  const events: RoundEvent[] = []
  for await (const event of askTeam(input)) events.push(event)
  return events
}

type Answer = Extract<RoundEvent, { kind: 'answer' }>
const answersOf = (events: readonly RoundEvent[]) =>
  events.filter((event): event is Answer => event.kind === 'answer')

describe('askTeam', () => {
  test('the pieces of every speaker add up to its text', async () => {
    const events = await all(setup({ rounds: 2 }).input)
    for (const { round, speaker, text } of answersOf(events)) {
      const pieces = events.flatMap((event) =>
        event.kind === 'text' && event.round === round && event.speaker === speaker ? [event.delta] : [],
      )
      expect(pieces.length).toBeGreaterThan(1)
      expect(pieces.join('')).toBe(text)
    }
  })

  test('given solutions stand in for what the peers would write: only the leader writes, and reads them', async () => {
    const read: string[] = []
    const { input, engines } = setup({ given: ['Anna says. Answer: 7', 'no end'] }, ({ prompt }) => {
      read.push(prompt)
      return leaderText({ thought: 'Hm.', answer: '7' })
    })
    const events = await all(input)
    expect(answersOf(events).map(({ speaker, answer, right }) => [speaker, answer, right])).toEqual([
      [0, '7', false],
      [1, null, false],
      ['leader', '7', false],
    ])
    expect(engines.flatMap(({ prompts }) => prompts)).toEqual([])
    expect(read).toHaveLength(1)
    expect(read[0]).toContain('Anna says. Answer: 7')
    expect(events.at(-1)).toMatchObject({ kind: 'done', budget: { generations: 1 } })
  })

  test('peers on different engines write at the same time, and the leader after all of them', async () => {
    const events = await all(setup().input)
    const order = events.flatMap((event) => (event.kind === 'text' ? [event.speaker] : []))
    const lastOfPeer0 = order.lastIndexOf(0)
    expect(order.indexOf(1)).toBeLessThan(lastOfPeer0)
    expect(order.indexOf('leader')).toBeGreaterThan(Math.max(lastOfPeer0, order.lastIndexOf(1)))
  })

  test('peers on one engine write one after another', async () => {
    const { input, engines } = setup()
    const [engine] = engines
    if (engine === undefined) throw new Error('no engine')
    const peers = input.team.peers.map((peer) => ({ ...peer, engine }))
    const events = await all({ ...input, team: { ...input.team, peers } })
    const order = events.flatMap((event) => (event.kind === 'text' ? [event.speaker] : []))
    expect(order.indexOf(1)).toBeGreaterThan(order.lastIndexOf(0))
  })

  test('round 0 shows a peer the question alone; later rounds its own solution and the leader, never another peer', async () => {
    const { input, engines, leader } = setup({ rounds: 2 })
    await all(input)
    const [first = '', second = ''] = engines[0]?.prompts ?? []
    expect(first).not.toContain('Leader:')
    expect(second).toContain('Mine: anna.')
    expect(second).toContain('<think>Hm.</think>')
    expect(second).not.toContain('ben')
    expect(leader.prompts[0]).toContain('Peer 1: anna. Answer: 4')
    expect(leader.prompts[1]).toContain('Peer 2: ben again. Answer: 5')
    expect(leader.prompts[1]).not.toContain('Hm.')
  })

  test('no prompt carries the gold answer', async () => {
    const { input, engines, leader } = setup({ rounds: 3, task: { ...task, answer: '987654' } })
    await all(input)
    for (const { prompts } of [...engines, leader]) expect(prompts.join()).not.toContain('987654')
  })

  test('one more round after a history is that round of the whole', async () => {
    const whole = await all(setup({ rounds: 2 }).input)
    const first: FinishedRound = {
      peers: answersOf(whole)
        .filter(({ round, speaker }) => round === 0 && speaker !== 'leader')
        .map(({ text }) => text),
      leader: answersOf(whole).find(({ round, speaker }) => round === 0 && speaker === 'leader')?.text ?? '',
    }
    const more = await all(setup({ rounds: 2, history: [first] }).input)
    const content = (events: readonly RoundEvent[]) =>
      answersOf(events)
        .filter(({ round }) => round === 1)
        .map(({ speaker, text, right }) => ({ speaker, text, right }))
    expect(more[0]).toEqual({ kind: 'round', round: 1, rounds: 2 })
    expect(content(more)).toEqual(content(whole))
    const done = (events: readonly RoundEvent[]) => ({ ...events.at(-1), budget: null })
    expect(done(more)).toEqual(done(whole))
  })

  test('the last round decides; the vote is that of its peers', async () => {
    const events = await all(setup({ rounds: 2 }).input)
    expect(events.at(-1)).toMatchObject({ kind: 'done', answer: '4', right: true, vote: '5' })
  })

  test('without a gold answer nothing is right or wrong, and answers are still read', async () => {
    const events = await all(setup({ task: { ...task, answer: null } }).input)
    expect(answersOf(events).map(({ answer, right }) => ({ answer, right }))).toEqual(
      Array.from({ length: 3 }, () => ({ answer: '4', right: null })),
    )
    expect(events.at(-1)).toMatchObject({ kind: 'done', answer: '4', right: null, vote: '4' })
  })

  test('a leader without an answer says why', async () => {
    const events = await all(setup({}, () => 'no tags').input)
    expect(answersOf(events).at(-1)?.unparseable?.reason).toBeTruthy()
    expect(events.at(-1)).toMatchObject({ answer: null, right: false })
  })

  test('an abort ends the stream with its reason', async () => {
    const controller = new AbortController()
    const seen: RoundEvent[] = []
    const reading = async () => {
      for await (const event of askTeam(setup({ signal: controller.signal }).input)) {
        seen.push(event)
        if (seen.length === 3) controller.abort(new Error('enough'))
      }
    }
    await expect(reading()).rejects.toThrow('enough')
    expect(seen.some(({ kind }) => kind === 'done')).toBe(false)
  })

  test('permuted seats are the same whenever the question is asked', async () => {
    const settings = { max_completion_length: 100, max_proposal_length: 100, permute_seats: true }
    const once = await all(setup({ settings }).input)
    expect(answersOf(await all(setup({ settings }).input)).map(({ text }) => text)).toEqual(
      answersOf(once).map(({ text }) => text),
    )
  })
})

describe('the budget', () => {
  /** The engine, and what it was asked for, counted where it happens. */
  function counting(engine: Engine, spent: { -readonly [K in keyof Budget]: Budget[K] }): Engine {
    return {
      ...engine,
      async *generate(prompt, options) {
        spent.generations += 1
        spent.processedTokens += prompt.length
        for await (const token of engine.generate(prompt, options)) {
          spent.generatedTokens += 1
          spent.processedTokens += 1
          yield token
        }
      },
    }
  }

  const askings = fc.record({
    rounds: fc.integer({ min: 0, max: 4 }),
    before: fc.integer({ min: 0, max: 2 }),
    seats: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 4 }),
    length: fc.integer({ min: 1, max: 60 }),
    permute_seats: fc.boolean(),
  })

  test('is what the engines were asked for, whatever the team and the history', async () => {
    await fc.assert(
      fc.asyncProperty(askings, async ({ rounds, before, seats, length, permute_seats }) => {
        const { input } = setup()
        const spent = { ...noBudget }
        const members = input.team.peers.map((peer) => ({ ...peer, engine: counting(peer.engine, spent) }))
        const peers = seats.flatMap((seat) => members[seat] ?? [])
        const team = { ...input.team, leader: counting(input.team.leader, spent), peers }
        const past = { peers: seats.map(() => 'Answer: 4'), leader: 'x' }
        const history = Array.from({ length: before }, () => past)
        const settings = { max_completion_length: length, max_proposal_length: length, permute_seats }
        const events = await all({ ...input, team, history, settings, rounds: before + rounds })
        expect(events.at(-1)).toMatchObject({ kind: 'done', budget: spent })
        expect(spent.generations).toBe(rounds * (seats.length + 1))
      }),
      { numRuns: 40 },
    )
  })

  test('grows with every finished text, and with nothing else', async () => {
    let budget = noBudget
    for (const event of await all(setup({ rounds: 2 }).input)) {
      const next = budgetAfter(budget, event)
      expect(next.generations - budget.generations).toBe(Number(event.kind === 'answer'))
      budget = next
    }
    expect(budget).toMatchObject({ generations: 6 })
  })
})
