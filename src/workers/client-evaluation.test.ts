/** From the page's client to the engines and back: the whole evaluation, beside a run that it must not disturb. */
import { describe, expect, it } from 'vitest'
import { evaluationPlan } from '../mlpo/evaluation/plans.ts'
import type { Stage } from '../mlpo/stages.ts'
import { fakeLab, fakeLabConfig, hangingAt, type FakeLab } from './fake-lab.testing.ts'
import type { LeaderCommand, LeaderEvent, RunControl, RunMode } from './protocol.ts'

const config = fakeLabConfig({ families: ['remainder', 'chain'], eval_every: 0, learning_rate: 0.5 })
const runId = 'run-1'
const quick = evaluationPlan('quick', config)
const evaluate = {
  type: 'evaluate',
  askId: 'e',
  config,
  plan: quick,
  adapter: 'base',
} as const satisfies LeaderCommand
const isMode = (mode: RunMode) => (event: LeaderEvent) => event.type === 'mode' && event.mode === mode
const isError = (event: LeaderEvent) => event.type === 'error'
const isOver = (askId: string) => (event: LeaderEvent) =>
  (event.type === 'asked' || event.type === 'error') && event.askId === askId
const control = (lab: FakeLab, wanted: RunControl) => lab.send({ type: 'control', runId, control: wanted })
const reportsOf = (lab: FakeLab) =>
  lab.events.flatMap((event) => (event.type === 'evaluated' ? [event.report] : []))

/** Adapter versions count the engine's calls. */
const stagesOf = (lab: FakeLab) =>
  lab.events.flatMap((event) => (event.type === 'stage' ? [withoutVersions(event.stage)] : []))
const withoutVersions = (stage: Stage) =>
  JSON.parse(
    JSON.stringify(stage, (key, value: unknown) => (key === 'adapterVersion' ? undefined : value)),
  ) as Stage

async function opened(lab = fakeLab()): Promise<FakeLab> {
  await lab.client.loadTeam(config)
  lab.send({ type: 'open', runId, config, resume: false })
  await lab.until(isMode('paused'))
  return lab
}

async function stepped(lab: FakeLab): Promise<FakeLab> {
  control(lab, 'step')
  await lab.until(isMode('paused'))
  return lab
}

async function finished(lab: FakeLab): Promise<FakeLab> {
  control(lab, 'run')
  await lab.until(isMode('finished'))
  return lab
}

describe('an evaluation', () => {
  it('without a run measures the untrained leader, and says how far it is', async () => {
    const lab = fakeLab()
    await lab.client.loadTeam(config)
    lab.send(evaluate)
    expect(await lab.until(isOver('e'))).toMatchObject({ type: 'asked' })
    const [report, ...others] = reportsOf(lab)
    expect(others).toEqual([])
    expect(report?.setup.leaders.map(({ name }) => name)).toEqual(['untrained'])
    expect(report?.questions[0]?.questions).toHaveLength(quick.sizes.questions)
    const counts = lab.events.flatMap((event) => (event.type === 'evaluating' ? [event] : []))
    expect(counts.length).toBeGreaterThan(5)
    for (const { generations, about } of counts) expect(generations).toBeLessThanOrEqual(about)
    expect(counts.at(-1)?.generations).toBe(report?.parts[0]?.made.generations)
  })

  it('of a paused run compares both leaders, and the run goes on as if nothing had been', async () => {
    const whole = await finished(await opened())
    const lab = await stepped(await opened())
    lab.send({ ...evaluate, adapter: 'trained' })
    await lab.until(isOver('e'))
    const [report] = reportsOf(lab)
    expect(report?.setup.leaders.map(({ name }) => name)).toEqual(['untrained', 'trained'])
    const answers = report?.questions[0]?.questions.map(({ leaders }) =>
      leaders.map(({ team }) => team.answer),
    )
    expect(answers?.some(([before, after]) => before !== after)).toBe(true)
    await finished(lab)
    expect(stagesOf(lab)).toEqual(stagesOf(whole))
  })

  it('that a run overtakes is the same, and so is the run', async () => {
    const whole = await finished(await opened())
    const still = await stepped(await opened())
    still.send({ ...evaluate, adapter: 'trained' })
    await still.until(isOver('e'))
    const lab = await stepped(await opened())
    lab.send({ ...evaluate, adapter: 'trained' })
    await lab.until(({ type }) => type === 'evaluating')
    await finished(lab)
    await lab.until(isOver('e'))
    expect(reportsOf(lab)).toEqual(reportsOf(still))
    expect(stagesOf(lab)).toEqual(stagesOf(whole))
  })

  it('is refused while a run is running, which goes on', async () => {
    const { engineOf, hangs, letGo } = hangingAt(1)
    const lab = await opened(fakeLab({ engineOf }))
    control(lab, 'run')
    await hangs
    lab.send(evaluate)
    expect(await lab.until(isError)).toMatchObject({
      runId: null,
      askId: 'e',
      error: { name: 'RunBusyError' },
    })
    letGo()
    await lab.until(isMode('finished'))
  })

  it('can be cancelled in mid-batch, leaves nothing, and the next one is whole', async () => {
    const { engineOf, hangs } = hangingAt(2)
    const lab = fakeLab({ engineOf })
    await lab.client.loadTeam(config)
    lab.send(evaluate)
    await hangs
    lab.send({ type: 'cancel', askId: 'e' })
    expect(await lab.until(isOver('e'))).toMatchObject({ type: 'asked' })
    expect(reportsOf(lab)).toEqual([])
    lab.send({ ...evaluate, askId: 'f' })
    await lab.until(isOver('f'))
    expect(reportsOf(lab)).toHaveLength(1)
  })

  it('of several seeds that is cancelled leaves the seeds that are done', async () => {
    const lab = fakeLab()
    await lab.client.loadTeam(config)
    lab.send({ ...evaluate, plan: { ...quick, seeds: [1, 2, 3, 4] } })
    await lab.until(({ type }) => type === 'evaluated')
    lab.send({ type: 'cancel', askId: 'e' })
    await lab.until(isOver('e'))
    const seeds = reportsOf(lab).map(({ setup }) => setup.seeds)
    expect(seeds[0]).toEqual([1])
    expect(seeds.length).toBeLessThan(4)
  })

  it('answers a question meanwhile', async () => {
    const lab = fakeLab()
    await lab.client.loadTeam(config)
    lab.send({ ...evaluate, plan: { ...quick, seeds: [1, 2, 3, 4] } })
    await lab.until(({ type }) => type === 'evaluating')
    const task = { id: 'q', family: 'typed', domain: 'math', question: 'Add 1 and 2.', answer: '3' }
    lab.send({
      ...{ type: 'ask', askId: 'a', config, rounds: 1, seed: 1, history: [], adapter: 'base' },
      task: { ...task, answer_type: 'number' },
    })
    expect(await lab.until(({ type }) => type === 'asked')).toMatchObject({ askId: 'a' })
    await lab.until(isOver('e'))
  })

  it('of a trained leader that is not there is refused', async () => {
    const lab = fakeLab()
    await lab.client.loadTeam(config)
    lab.send({ ...evaluate, adapter: 'trained' })
    expect(await lab.until(isError)).toMatchObject({ askId: 'e', error: { name: 'NotReadyError' } })
  })

  it('fails with its worker, by name', async () => {
    const { engineOf, hangs } = hangingAt(1)
    const lab = fakeLab({ engineOf })
    await lab.client.loadTeam(config)
    lab.send(evaluate)
    await hangs
    lab.kill('leader')
    expect(await lab.until(isError)).toMatchObject({ askId: 'e', error: { name: 'WorkerDiedError' } })
  })

  it.each([
    [{ ...quick, seeds: [] }, 'seeds'],
    [{ ...quick, sizes: { ...quick.sizes, questions: 0 } }, 'sizes.questions'],
  ])('with a plan that no code of ours would send is refused: %#', async (plan, where) => {
    const lab = fakeLab()
    await lab.client.loadTeam(config)
    lab.send({ ...evaluate, plan })
    const event = await lab.until(isError)
    expect(event).toMatchObject({ askId: 'e', error: { name: 'MessageError' } })
    expect(JSON.stringify(event)).toContain(where)
  })
})
