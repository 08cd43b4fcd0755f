/** The store on the real line to fake engines: what is shown while an evaluation goes on, ends, fails or is cancelled. */
import { expect, test } from 'vitest'
import type { LabClient } from '../../workers/client-types.ts'
import { fakeLab, fakeLabConfig } from '../../workers/fake-lab.testing.ts'
import { createLabStore } from '../shared/labStore.ts'
import type { Link } from '../shared/link.ts'
import { createEvaluateStore, type EvaluateState } from './evaluateStore.ts'

const config = fakeLabConfig({ families: ['remainder', 'chain'], eval_every: 0 })
const runId = 'run-1'

function begin() {
  const fake = fakeLab()
  const link: Link = {
    client: () => Promise.resolve<LabClient>(fake.client),
    onEvents: (listener) => void fake.client.subscribe((event) => listener([event])),
  }
  const preset = { name: 'fake', aliases: [], label: 'Fake', description: '', config }
  const lab = createLabStore({ link, preset, modelBase: 'https://lab.test/models/' })
  const store = createEvaluateStore({ link, lab })
  const until = (fits: (state: EvaluateState) => boolean) =>
    new Promise<EvaluateState>((resolve) => {
      const look = (state: EvaluateState) => {
        if (fits(state)) resolve(state)
      }
      store.subscribe(look)
      look(store.getState())
    })
  return { fake, lab, store, until }
}

const isOver = ({ status }: EvaluateState) => status.kind !== 'loading' && status.kind !== 'working'
const isCounting = ({ status }: EvaluateState) => status.kind === 'working' && status.progress !== null

test('without a trained leader the untrained one is evaluated, with the count of the worker', async () => {
  const { lab, store, until } = begin()
  store.getState().evaluate()
  expect(store.getState().status.kind).toBe('loading')
  await until(isCounting)
  const { status, shown } = await until(isOver)
  expect(status).toEqual({ kind: 'idle' })
  expect(shown).toMatchObject({ seeds: 1, steps: null, file: null })
  expect(shown?.report.setup.leaders).toHaveLength(1)
  expect(lab.getState().announcement).toMatch(/^The evaluation is done. On \d+ questions: Untrained leader/)
})

test('with a trained one both are, and a failure says why and leaves the report before', async () => {
  const { fake, lab, store, until } = begin()
  await fake.client.loadTeam(config)
  fake.send({ type: 'open', runId, config, resume: false })
  await fake.until((event) => event.type === 'mode' && event.mode === 'paused')
  fake.send({ type: 'control', runId, control: 'step' })
  await fake.until((event) => event.type === 'mode' && event.mode === 'paused')
  lab.getState().setTrained({
    ...{ runId, config, questions: null, steps: 1, adapter: null },
    open: () => Promise.resolve(),
  })
  store.getState().evaluate()
  const { shown } = await until(isOver)
  expect(shown?.steps).toBe(1)
  expect(shown?.report.setup.leaders).toHaveLength(2)
  store.getState().evaluate()
  await until(isCounting)
  fake.kill('leader')
  const failed = await until(isOver)
  expect(failed.status).toMatchObject({ kind: 'failed', error: { name: 'WorkerDiedError' } })
  expect(failed.shown).toBe(shown)
})

test('a trained leader of another model is left alone', async () => {
  const { lab, store, until } = begin()
  const other = { ...config, leader: 'another' }
  lab.getState().setTrained({
    ...{ runId, config: other, questions: null, steps: 1, adapter: null },
    open: () => Promise.reject(new Error('no')),
  })
  store.getState().evaluate()
  expect((await until(isOver)).shown?.report.setup.leaders).toHaveLength(1)
})

test('cancelling ends it at once, and nothing that was under way is shown later', async () => {
  const { fake, store, until } = begin()
  store.getState().evaluate()
  await until(isCounting)
  store.getState().cancel()
  expect(store.getState().status).toEqual({ kind: 'cancelled' })
  await fake.until(({ type }) => type === 'asked')
  expect(store.getState()).toMatchObject({ status: { kind: 'cancelled' }, shown: null })
  store.getState().evaluate()
  expect((await until(isOver)).shown).not.toBeNull()
})

test('a report is kept when it is made, shown again, and deleted', async () => {
  const { fake, store, until } = begin()
  store.getState().evaluate()
  const { shown } = await until((state) => isOver(state) && state.kept.length === 1)
  const [entry] = store.getState().kept
  expect(entry?.title).toMatch(/^The untrained leader, /)
  expect(await fake.client.reports.list()).toHaveLength(1)
  store.getState().showKept(entry?.id ?? '')
  const again = await until((state) => state.shown?.keptAt !== null)
  expect(again.shown?.report).toEqual(shown?.report)
  store.getState().removeKept(entry?.id ?? '')
  await until((state) => state.kept.length === 0)
  expect(await fake.client.reports.list()).toEqual([])
  expect(store.getState().keptProblem).toBeNull()
})
