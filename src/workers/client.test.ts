/** From the page's client to the engines and back: running, asking, failing, and going on. */
import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../mlpo/testing/fake-engine.ts'
import type { Stage } from '../mlpo/stages.ts'
import { RunInUseError } from '../storage/locks.ts'
import type { MemoryFolder } from '../storage/memory-folder.testing.ts'
import { fakeLab, fakeLabConfig, hangingAt, type FakeLab } from './fake-lab.testing.ts'
import type { LeaderEvent, RunControl, RunMode } from './protocol.ts'

const config = fakeLabConfig()
const runId = 'run-1'
const isMode = (mode: RunMode) => (event: LeaderEvent) => event.type === 'mode' && event.mode === mode
const isError = (event: LeaderEvent) => event.type === 'error'
const control = (lab: FakeLab, wanted: RunControl) => lab.send({ type: 'control', runId, control: wanted })

async function opened({ lab = fakeLab(), resume = false, settings = config } = {}): Promise<FakeLab> {
  await lab.client.loadTeam(settings)
  lab.send({ type: 'open', runId, config: settings, resume })
  await lab.until((event) => isMode('paused')(event) || isError(event))
  return lab
}

async function finished(lab: FakeLab): Promise<FakeLab> {
  control(lab, 'run')
  await lab.until(isMode('finished'))
  return lab
}

/** Adapter versions count the engine's calls, which start anew with each engine. */
const stagesOf = (lab: FakeLab) =>
  lab.events.flatMap((event) => (event.type === 'stage' ? [withoutVersions(event.stage)] : []))
const withoutVersions = (stage: Stage) =>
  JSON.parse(
    JSON.stringify(stage, (key, value: unknown) => (key === 'adapterVersion' ? undefined : value)),
  ) as Stage
const evaluationsOf = (lab: FakeLab) =>
  lab.events.flatMap((event) => (event.type === 'evaluation' ? [event.evaluation] : []))
const namesOf = (lab: FakeLab) =>
  lab.events.flatMap((event) => (event.type === 'stage' ? [`${event.stage.step} ${event.stage.stage}`] : []))

const sftNamesOf = (lab: FakeLab) =>
  lab.events.flatMap((event) => (event.type === 'sft' ? [event.stage.stage] : []))

/** A few traces, then one step. */
const traced = fakeLabConfig({
  ...{ sft: 'splice', sft_completions: 8, sft_max_length: 200, sft_batch_size: 1, sft_num_train_epochs: 3 },
  ...{ families: ['remainder'], max_steps: 1, eval_every: 0 },
})

const ask = { type: 'ask', config, rounds: 1, seed: 1, history: [], adapter: 'base' } as const
const task = {
  id: 'q',
  family: 'typed',
  domain: 'math',
  question: 'Add 1 and 2.',
  answer: '3',
  answer_type: 'number',
} as const

describe('a run', () => {
  it('waits for a press, then goes to its end with evaluations and checkpoints', async () => {
    const lab = await opened()
    expect(namesOf(lab)).toEqual([])
    await finished(lab)
    expect(namesOf(lab).filter((name) => name.endsWith('update'))).toHaveLength(4)
    expect(evaluationsOf(lab).map(({ step }) => step)).toEqual([0, 2, 4])
    const saved = lab.events.flatMap((event) => (event.type === 'checkpoint' ? [event.step] : []))
    expect(saved).toEqual([0, 1, 2, 2, 3, 4, 4])
  })

  it('goes stage by stage and step by step', async () => {
    const lab = await opened({ settings: fakeLabConfig({ eval_every: 0 }) })
    for (const wanted of ['stage', 'stage', 'step', 'stage'] as const) {
      control(lab, wanted)
      await lab.until(isMode('paused'))
    }
    expect(namesOf(lab)).toEqual([
      ...['prompt', 'sample', 'score', 'advantage', 'loss', 'update'].map((stage) => `1 ${stage}`),
      '2 prompt',
    ])
  })

  it('makes traces and learns from them first, chunk by chunk and update by update', async () => {
    const lab = await opened({ settings: traced })
    for (const wanted of ['stage', 'stage', 'step', 'stage'] as const) {
      control(lab, wanted)
      expect(await lab.until(isMode('paused'))).toMatchObject({ step: 0 })
    }
    expect(sftNamesOf(lab)).toEqual(['sft-sample', 'sft-traces', 'sft-sample', 'sft-traces', 'sft-sample'])
    expect(lab.events.filter(({ type }) => type === 'checkpoint')).toHaveLength(2)
    await finished(lab)
    expect(sftNamesOf(lab)).toContain('sft-update')
    expect(namesOf(lab)).toHaveLength(6)
  })

  it('goes on among the updates of phase 1 after its worker is killed there', async () => {
    const whole = await finished(await opened({ settings: traced }))
    const first = await opened({ settings: traced })
    while (!sftNamesOf(first).includes('sft-update')) {
      control(first, 'step')
      await first.until(isMode('paused'))
    }
    first.kill('leader')
    const second = await opened({ lab: fakeLab({ storage: first.storage }), resume: true, settings: traced })
    const history = second.events.find((event) => event.type === 'history')
    expect(history?.sft).toMatchObject({ phase: 'updates', step: 1 })
    await finished(second)
    expect([...sftNamesOf(first), ...sftNamesOf(second)]).toEqual(sftNamesOf(whole))
    expect(stagesOf(second)).toEqual(stagesOf(whole))
  })

  it('pauses after the stage in progress, and then goes on with the next', async () => {
    const settings = fakeLabConfig({ eval_every: 0 })
    const whole = await finished(await opened({ settings }))
    const { engineOf, hangs, letGo } = hangingAt(2)
    const lab = await opened({ lab: fakeLab({ engineOf }), settings })
    control(lab, 'run')
    await hangs
    control(lab, 'pause')
    // Messages are read in order: when this one is refused, the pause has been read.
    lab.send({ type: 'control', runId: 'another', control: 'run' })
    await lab.until(isError)
    letGo()
    expect(await lab.until(isMode('paused'))).toMatchObject({ step: 1 })
    expect(namesOf(lab).at(-1)).toBe('2 sample')
    await finished(lab)
    expect(stagesOf(lab)).toEqual(stagesOf(whole))
  })

  it('stops in mid-sample, keeps its adapter, and lets the next one begin', async () => {
    const { engineOf, hangs } = hangingAt(2)
    const lab = await opened({ lab: fakeLab({ engineOf }), settings: fakeLabConfig({ eval_every: 0 }) })
    control(lab, 'run')
    await hangs
    control(lab, 'stop')
    expect(await lab.until(isMode('finished'))).toMatchObject({ step: 1 })
    lab.send({ ...ask, type: 'ask', askId: 'a', task, adapter: 'trained' })
    await lab.until(({ type }) => type === 'asked')
    lab.send({ type: 'open', runId: 'run-2', config, resume: false })
    await lab.until(isMode('paused'))
  })

  it('says when another tab has it, and does not say that it is at its beginning', async () => {
    const lab = fakeLab({ lockRun: (id) => Promise.reject(new RunInUseError(id)) })
    await opened({ lab, resume: true })
    expect(lab.events.filter(({ type }) => type === 'mode')).toEqual([])
    expect(lab.events.at(-1)).toMatchObject({ type: 'error', runId, error: { name: 'RunInUseError' } })
  })

  it('fails with a full disk, and goes on from the last checkpoint when there is room', async () => {
    const settings = fakeLabConfig({ eval_every: 0 })
    const whole = await finished(await opened({ settings }))
    const lab = await opened({ settings })
    control(lab, 'step')
    await lab.until(isMode('paused'))
    lab.storage.failWith(new DOMException('full', 'QuotaExceededError'), { in: '.run' })
    control(lab, 'step')
    expect(await lab.until(isError)).toMatchObject({ runId, error: { name: 'StorageFullError' } })
    lab.send({ type: 'open', runId, config: settings, resume: true })
    expect(await lab.until(isMode('paused'))).toMatchObject({ step: 1 })
    await finished(lab)
    expect(await lab.client.savedRun()).toEqual(await whole.client.savedRun())
  })

  it('that is interrupted though nobody stopped it fails, says so, and goes on from its last checkpoint', async () => {
    const settings = fakeLabConfig({ eval_every: 0 })
    const whole = await finished(await opened({ settings }))
    const { engineOf, hangs, fail } = hangingAt(2)
    const lab = await opened({ lab: fakeLab({ engineOf }), settings })
    control(lab, 'run')
    await hangs
    // What WebGPU says of a buffer that was waited for when the device went.
    fail(new DOMException('The buffer was unmapped', 'AbortError'))
    expect(await lab.until(isMode('failed'))).toMatchObject({ step: 1 })
    const error = { name: 'InterruptedError', detail: 'The buffer was unmapped' }
    expect(await lab.until(isError)).toMatchObject({ runId, error })
    lab.send({ type: 'open', runId, config: settings, resume: true })
    expect(await lab.until(isMode('paused'))).toMatchObject({ step: 1 })
    await finished(lab)
    expect(await lab.client.savedRun()).toEqual(await whole.client.savedRun())
  })

  it('goes on with the identical next batch after its worker is killed in mid-step', async () => {
    const whole = await finished(await opened())
    const { engineOf, hangs } = hangingAt(5)
    const first = fakeLab({ engineOf })
    control(await opened({ lab: first }), 'run')
    await hangs
    first.kill('leader')
    expect(first.events.at(-1)).toMatchObject({ type: 'error', runId, error: { name: 'WorkerDiedError' } })
    expect(first.alive).toEqual([])

    const second = await resumed(first.storage)
    const history = second.events.find((event) => event.type === 'history')
    expect(history?.steps.length).toBeGreaterThan(0)
    await finished(second)
    expect(stagesOf(whole).slice(-stagesOf(second).length)).toEqual(stagesOf(second))
    expect(evaluationsOf(second)).toEqual(evaluationsOf(whole).slice(-evaluationsOf(second).length))
    expect(await second.client.savedRun()).toEqual(await whole.client.savedRun())
  })

  it('goes on from the checkpoint before when the newest is damaged', async () => {
    const whole = await finished(await opened())
    const first = await opened()
    for (let step = 0; step < 2; step++) {
      control(first, 'step')
      await first.until(isMode('paused'))
    }
    first.client.dispose()
    const files = first.storage.folders.get('runs')?.folders.get(runId)?.files
    const [newest] = [...(files?.values() ?? [])].sort((a, b) => b.modified - a.modified)
    newest?.bytes.fill(7, 100)

    const second = await resumed(first.storage)
    expect(second.events.find((event) => event.type === 'history')).toMatchObject({ steps: [{ step: 1 }] })
    await finished(second)
    expect(stagesOf(whole).slice(-stagesOf(second).length)).toEqual(stagesOf(second))
  })

  it('shows a page that has just been opened its last run, and says when it is gone', async () => {
    const lab = fakeLab()
    expect(await lab.client.savedRun()).toBeNull()
    lab.send({ type: 'open', runId, config, resume: true })
    expect(await lab.until(isError)).toMatchObject({ error: { name: 'NotReadyError' } })
    await opened({ lab, resume: true })
    expect(lab.events.at(-1)).toMatchObject({ type: 'error', error: { name: 'RunMissingError' } })
  })
})

async function resumed(storage: MemoryFolder): Promise<FakeLab> {
  return opened({ lab: fakeLab({ storage }), resume: true })
}

describe('a question', () => {
  it('is answered by every seat and the leader', async () => {
    const lab = fakeLab()
    await lab.client.loadTeam(config)
    lab.send({ ...ask, askId: 'a', task })
    await lab.until(({ type }) => type === 'asked')
    const speakers = lab.events.flatMap((event) =>
      event.type === 'round' && event.event.kind === 'answer' ? [event.event.speaker] : [],
    )
    expect([...speakers].sort()).toEqual([0, 1, 2, 'leader'])
  })

  it('has a trained leader only after training', async () => {
    const lab = fakeLab()
    await lab.client.loadTeam(config)
    lab.send({ ...ask, askId: 'a', task, adapter: 'trained' })
    expect(await lab.until(isError)).toMatchObject({ askId: 'a', error: { name: 'NotReadyError' } })
  })

  it('can be cancelled in mid-sentence, and the next one is answered', async () => {
    let slow = true
    const lab = fakeLab({
      engineOf: (model) => ({
        ...fakeEngine(model),
        async *generate(prompt, options) {
          if (slow)
            await new Promise((_, reject) =>
              options.signal?.addEventListener('abort', () => reject(new DOMException('', 'AbortError'))),
            )
          yield* fakeEngine(model).generate(prompt, options)
        },
      }),
    })
    await lab.client.loadTeam(config)
    lab.send({ ...ask, askId: 'a', task })
    await lab.until(({ type }) => type === 'round')
    lab.send({ type: 'cancel', askId: 'a' })
    expect(await lab.until(({ type }) => type === 'asked')).toMatchObject({ askId: 'a' })
    slow = false
    lab.send({ ...ask, askId: 'b', task })
    expect(await lab.until(({ type }) => type === 'asked')).toMatchObject({ askId: 'b' })
  })

  it('asked in mid-run changes nothing of the run', async () => {
    const whole = await finished(await opened())
    const lab = await opened()
    control(lab, 'step')
    await lab.until(({ type }) => type === 'stage')
    for (const adapter of ['base', 'trained'] as const) lab.send({ ...ask, askId: adapter, task, adapter })
    await lab.until(({ type }) => type === 'asked')
    await lab.until((event) => event.type === 'asked' && event.askId === 'trained')
    control(lab, 'run')
    await lab.until(isMode('finished'))
    expect(stagesOf(lab)).toEqual(stagesOf(whole))
  })

  it.each(['kill', 'vanish'] as const)('fails with its worker, by name: %s', async (end) => {
    const lab = fakeLab({
      engineOf: (model) => ({
        ...fakeEngine(model),
        generate: () => ({ [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) }),
      }),
    })
    await lab.client.loadTeam(config)
    lab.send({ ...ask, askId: 'a', task })
    await lab.until(({ type }) => type === 'round')
    lab[end]('peer')
    expect(await lab.until(isError)).toMatchObject({ askId: 'a', error: { name: 'WorkerDiedError' } })
    await lab.client.loadTeam(config)
    expect(lab.alive).toEqual(['peer', 'peer', 'leader'])
  })

  it('that no code of ours would send is refused', async () => {
    const lab = fakeLab()
    await lab.client.loadTeam(config)
    lab.send({ ...ask, askId: 'a', task: { ...task, question: '' } })
    expect(await lab.until(isError)).toMatchObject({ askId: 'a', error: { name: 'MessageError' } })
    lab.send({ ...ask, askId: 'b', task, config: { ...config, num_generations: 1 } })
    expect(await lab.until(isError)).toMatchObject({ askId: 'b', error: { name: 'ConfigError' } })
  })
})
