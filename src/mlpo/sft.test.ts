import { describe, expect, test } from 'vitest'
import { preparedSource } from './testing/prepared-tasks.ts'
import { allEvents, fakeConfig, fakeSession, stagesOf } from './testing/fake-session.ts'
import { fakeTrainer } from './testing/fake-trainer.ts'
import { readSession, writeSession } from './session-file.ts'
import type { Session, SessionEvent } from './session.ts'
import type { SftStage } from './sft-stages.ts'

/** Mixed groups of eight; a merged trace is spelt out, one character a token. */
const merging = { sft: 'splice', sft_completions: 8, sft_max_length: 100, sft_batch_size: 2 } as const
/** One completion a question, which is right or not: every trace is a choice that can be learnt. */
const keeping = { sft: 'splice', sft_completions: 1, sft_batch_size: 2, sft_num_train_epochs: 2 } as const
const many = preparedSource({ count: 60, peers: 3, variants: 4 })

type StageOf<Name extends SftStage['stage']> = Extract<SftStage, { readonly stage: Name }>
function sftStages<Name extends SftStage['stage']>(
  events: readonly SessionEvent[],
  name: Name,
): StageOf<Name>[] {
  const isNamed = (stage: SftStage): stage is StageOf<Name> => stage.stage === name
  return events.flatMap((event) => (event.type === 'sft' && isNamed(event.stage) ? [event.stage] : []))
}
const outcomesOf = (events: readonly SessionEvent[]) =>
  sftStages(events, 'sft-traces').flatMap(({ outcomes }) => outcomes)

const withoutVersions = (events: readonly SessionEvent[]) =>
  JSON.parse(
    JSON.stringify(events, (key, value: unknown) => (key === 'adapterVersion' ? undefined : value)),
  ) as unknown[]

async function pull(session: Session, count: number): Promise<SessionEvent[]> {
  const events: SessionEvent[] = []
  while (events.length < count) {
    const { value, done } = await session.events.next()
    if (done === true) break
    events.push(value)
  }
  return events
}

describe('phase 1', () => {
  test('left out, leaves nothing behind: no event and no state', async () => {
    const session = fakeSession()
    expect((await allEvents(session)).some(({ type }) => type === 'sft')).toBe(false)
    expect(session.state().sft).toBeNull()
  })

  test('comes before the first step: chunks of questions, then updates, each once', async () => {
    const session = fakeSession(keeping, { proposals: many })
    const events = await allEvents(session)
    const names = events.map((event) => (event.type === 'sft' ? event.stage.stage : event.type))
    expect(names.lastIndexOf('sft-update')).toBeLessThan(names.indexOf('stage'))
    expect(names.lastIndexOf('sft-traces')).toBeLessThan(names.indexOf('sft-loss'))
    const traces = session.state().sft?.traces.length ?? 0
    expect(traces).toBeGreaterThan(2)
    const updates = sftStages(events, 'sft-update')
    expect(updates.map(({ step }) => step)).toEqual(
      Array.from({ length: 2 * Math.ceil(traces / 2) }, (_, i) => i + 1),
    )
  })

  test('its counts add up to the questions, and every trace of a mixed group goes wrong and ends right', async () => {
    const session = fakeSession(merging, { proposals: many })
    const events = await allEvents(session)
    const { counts, traces = [] } = session.state().sft ?? {}
    const rejected = Object.values(counts?.rejected ?? {}).reduce((sum, count) => sum + count, 0)
    expect(counts?.prompts).toBe(60)
    expect((counts?.dropped ?? 0) + (counts?.kept ?? 0) + (counts?.merged ?? 0) + rejected).toBe(60)
    expect(counts?.merged).toBeGreaterThan(5)
    expect(counts?.dropped).toBeGreaterThan(5)
    for (const { kind, text, prompt, wrong } of traces) {
      expect(kind).toBe('merged')
      expect(wrong).not.toContain(`<answer>${prompt.task.answer}<`)
      expect(text).toContain(`<answer>${prompt.task.answer}</answer>`)
    }
    for (const outcome of outcomesOf(events).filter(({ outcome }) => outcome === 'dropped'))
      expect(outcome.right).toBe(0)
  })

  test('shows variant 1 of each question to the leader, and no question that the easy filter drops', async () => {
    const proposals = preparedSource({ count: 6, peers: 3, variants: 4, dropped: [1, 4] })
    const events = await allEvents(fakeSession(merging, { proposals }))
    const prompts = sftStages(events, 'sft-sample').flatMap((stage) => stage.prompts)
    expect(prompts.map(({ task }) => task.id).sort()).toEqual(['add-0', 'add-2', 'add-3', 'add-5'])
    expect(prompts.every(({ variant }) => variant === 1)).toBe(true)
  })

  test('tries as many questions as asked for', async () => {
    const session = fakeSession({ ...merging, sft_prompts: 7 }, { proposals: many })
    await allEvents(session)
    expect(session.state().sft?.counts.prompts).toBe(7)
  })

  test('makes the leader likelier to write its traces', async () => {
    const session = fakeSession({ ...keeping, sft_learning_rate: 0.05 }, { proposals: many })
    const updates = sftStages(await allEvents(session), 'sft-update')
    const losses = updates.map(({ metrics }) => metrics['loss'] ?? 0)
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(losses.slice(-3))).toBeLessThan(mean(losses.slice(0, 3)))
    expect(updates.map(({ learningRate }) => learningRate)).toEqual(
      updates.map((_, done) => 0.05 * (1 - done / updates.length)),
    )
  })

  test('without any trace goes on to phase 2', async () => {
    const session = fakeSession({ ...merging, sft_max_length: 10 }, { proposals: many })
    const events = await allEvents(session)
    expect(sftStages(events, 'sft-update')).toEqual([])
    expect(session.state().sft?.counts.rejected['too long']).toBeGreaterThan(0)
    expect(stagesOf(events, 'update')).toHaveLength(4)
  })
})

describe('phase 2 after it', () => {
  const toPhase2 = async (session: Session) => {
    for (;;) {
      const { value, done } = await session.events.next()
      if (done === true || value.type === 'stage') return session.state()
    }
  }

  test('goes on with the same adapter and a new optimiser, whose start it is', async () => {
    const session = fakeSession(keeping, { proposals: many })
    const { trainer, sft } = await toPhase2(session)
    expect(sft?.phase).toBe('done')
    expect(trainer.updates).toBe(0)
    expect(trainer.start).toEqual(trainer.adapter)
    for (const { first, second } of trainer.moments.values())
      for (const { a, b } of [first, second]) expect([...a, ...b].every((value) => value === 0)).toBe(true)
    const [module] = trainer.adapter.modules.values()
    expect(module?.b.some((score) => score !== 0)).toBe(true)
  })

  test('samples with what phase 1 has learnt', async () => {
    const given = { ...keeping, sft_learning_rate: 1, sft_num_train_epochs: 8, max_steps: 1 }
    const reward = async (sft: 'off' | 'splice') => {
      const events = await allEvents(
        fakeSession({ ...given, sft, prompts_per_step: 40 }, { proposals: many }),
      )
      return stagesOf(events, 'update')[0]?.metrics?.['rewards/accuracy/mean'] ?? 0
    }
    expect(await reward('splice')).toBeGreaterThan((await reward('off')) + 0.03)
  })

  test('measures its KL from the adapter at its start, or from the base model', async () => {
    const given = { ...keeping, sft_learning_rate: 0.5, beta: 0.1, max_steps: 1 }
    const kl = async (kl_reference: 'start' | 'base') => {
      const events = await allEvents(fakeSession({ ...given, kl_reference }, { proposals: many }))
      return stagesOf(events, 'update')[0]?.metrics?.['kl']
    }
    expect(await kl('start')).toBe(0)
    expect(await kl('base')).toBeGreaterThan(0.01)
  })
})

describe('an interrupted phase 1', () => {
  const given = { ...keeping, sft_prompts: 30, prompts_per_step: 1, max_steps: 1, beta: 0.1 }

  test('saved anywhere goes on to the same run, bit for bit', async () => {
    const straight = fakeSession(given, { proposals: many })
    const whole = await allEvents(straight)
    const saves = whole.flatMap((event, at) =>
      event.type === 'sft' && ['sft-traces', 'sft-update'].includes(event.stage.stage) ? [at + 1] : [],
    )
    expect(saves.length).toBeGreaterThan(4)
    for (const at of saves) {
      const first = fakeSession(given, { proposals: many })
      const before = await pull(first, at)
      const state = readSession(writeSession(first.state()))
      const second = fakeSession(given, { proposals: many, state })
      const after = await allEvents(second)
      expect(withoutVersions([...before, ...after])).toEqual(withoutVersions(whole))
      expect(writeSession(second.state())).toEqual(writeSession(straight.state()))
    }
  })

  test('aborted between chunk and traces, or loss and update, keeps the turn before', async () => {
    for (const stage of ['sft-sample', 'sft-loss'] as const) {
      const control = new AbortController()
      const session = fakeSession(given, { proposals: many, signal: control.signal })
      let seen = 0
      while (seen < 2) {
        const { value, done } = await session.events.next()
        if (done === true) throw new Error(`there was no second ${stage}`)
        if (value.type === 'sft' && value.stage.stage === stage) seen += 1
      }
      const state = session.state()
      control.abort(new Error('stopped'))
      // What comes after a sample needs no engine, so that it may still be made; then it ends.
      await expect(pull(session, 2)).rejects.toThrow('stopped')
      expect(session.state().sft?.step).toBe(state.sft?.step)
      expect(session.state().step).toBe(0)
    }
  })

  test('is refused with other settings', async () => {
    const first = fakeSession(given, { proposals: many })
    await pull(first, 3)
    const state = first.state()
    for (const other of [{ sft: 'off' as const }, { sft_batch_size: 3 }, { sft_learning_rate: 1 }])
      expect(() => fakeSession({ ...given, ...other }, { proposals: many, state })).toThrow(/sft/)
  })

  test('the trainer that goes on must be at the same update', async () => {
    const first = fakeSession(given, { proposals: many })
    let ended = false
    while (!ended && first.state().sft?.step !== 2) ended = (await first.events.next()).done === true
    const trainer = fakeTrainer(fakeConfig(given))
    const state = first.state()
    expect(() => fakeSession(given, { proposals: many, state, trainer })).toThrow(/after 2 updates/)
  })
})
