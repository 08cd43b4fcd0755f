/**
 * Drives a run for the store: opens it at the first press, sends the controls, and turns the worker's events into state.
 * The worker owns the loop; here is only the wish of the person at the page.
 */
import { newRunId } from '../../common/run-id.ts'
import type { LeaderEvent, RunControl, RunMode } from '../../workers/protocol.ts'
import { questionsToKeep } from '../../mlpo/question-set.ts'
import { percent } from '../shared/format.ts'
import { Failure, failureOf } from '../shared/failure.ts'
import type { LabStore } from '../shared/labStore.ts'
import type { Link } from '../shared/link.ts'
import { evaluationRows } from './evaluationRows.ts'
import { sftDataOf, withSftStage } from './sft.ts'
import { keptSteps, withStep } from './keptSteps.ts'
import { withStage, type StepData } from './step.ts'
import { stageTitles } from './text.ts'
import { readyConfig } from './ready.ts'
import type { ForkOrigin, Run, TrainStore } from './trainStore.ts'

export interface Runner {
  control(control: RunControl): Promise<void>
  leave(): Promise<void>
}

interface RunnerOptions {
  readonly store: TrainStore
  readonly link: Link
  readonly lab: LabStore
}

export function createRunner({ store, link, lab }: RunnerOptions): Runner {
  /** Pressed before the run was open; sent as soon as it is. */
  let wish: RunControl | null = null
  let opened: (() => void) | null = null
  /** Begun here and not written down yet: its origin belongs into its notes. */
  let begun: { readonly runId: string; readonly fork: ForkOrigin | null } | null = null

  /** A fork that is stored, and goes on from there even when its opening has failed: it need not have done a step. */
  let storedFork: string | null = null

  /** The whole steps of this visit, as far as they are kept. */
  let full: readonly StepData[] = []
  const keep = (steps: readonly StepData[]) => {
    full = steps
    store.setState({ kept: keptSteps(steps) })
  }
  const patch = (change: Partial<Run>) =>
    store.setState(({ run }) => (run === null ? {} : { run: { ...run, ...change } }))

  async function open(run: Run): Promise<void> {
    patch({ mode: 'loading', saved: false, error: null })
    try {
      await lab.getState().loadTeam(run.config)
      if (store.getState().run?.runId !== run.runId) return
      const client = await link.client()
      const forked = await makeFork(run)
      const isOpen = new Promise<void>((resolve) => (opened = resolve))
      // In phase 1, too, something is saved, although no step is done.
      const isStored = run.saved || run.adapter !== null || run.step > 0
      const resume =
        forked || storedFork === run.runId || isStored || (store.getState().sft?.counts.prompts ?? 0) > 0
      const { config, questions } = run
      const rewards = store.getState().codes.filter(({ name }) => config.custom_rewards.includes(name))
      client.send({
        ...{ type: 'open', runId: run.runId, config, resume, questions },
        ...(rewards.length > 0 && { rewards }),
      })
      await isOpen
    } catch (thrown) {
      if (store.getState().run?.runId === run.runId) patch({ mode: 'failed', error: failureOf(thrown) })
    }
  }

  /** A run that goes on from another one's checkpoint is stored before it is opened; once. */
  async function makeFork({ runId, config }: Run): Promise<boolean> {
    if (begun?.runId !== runId || begun.fork === null) return false
    const { runId: from, checkpoint, step } = begun.fork
    await (await link.client()).runs.fork({ from, checkpoint, to: runId, config })
    // From now on there is something to go on from, should the opening fail.
    storedFork = runId
    patch({ step })
    await noteOrigin()
    return true
  }

  async function noteOrigin(): Promise<void> {
    if (begun === null) return
    const { runId, fork } = begun
    begun = null
    const parent = fork && { runId: fork.runId, step: fork.step }
    const given = lab.getState().team?.device
    const device =
      given === undefined ? null : `${given.engine} on ${given.backend}, ${given.threads} threads`
    const client = await link.client()
    // A run that nothing could be noted of is a run all the same; Runs says what it can of it.
    await client.runs.describe(runId, { createdAt: Date.now(), parent, device }).catch(() => undefined)
  }

  function begin(): Run | null {
    const { fork, questions } = store.getState()
    const config = readyConfig(store.getState())
    if (config === null) return null
    const runId = newRunId({ now: Date.now(), random: Math.random() })
    const run: Run = {
      ...{ runId, config, mode: 'loading', step: 0, saved: false, adapter: null, error: null },
      questions: questions && questionsToKeep(questions, config),
    }
    store.getState().metrics.replace([])
    store.getState().evaluationLog.replace([])
    begun = { runId: run.runId, fork }
    keep([])
    store.setState({
      run,
      sft: null,
      current: null,
      whole: null,
      opened: null,
      compared: null,
      evaluations: [],
      group: 0,
      row: 0,
      fork: null,
    })
    lab.getState().setTrained(null)
    return run
  }

  async function control(wanted: RunControl): Promise<void> {
    const { run } = store.getState()
    if (run?.mode === 'loading') {
      wish = wanted === 'pause' ? null : wanted
      if (wanted === 'stop') await leave()
      return
    }
    if (run === null || run.saved || run.mode === 'failed') {
      const opening = run ?? begin()
      if (opening === null) return
      if (wanted === 'stop') return leave()
      wish = wanted
      return open(opening)
    }
    ;(await link.client()).send({ type: 'control', runId: run.runId, control: wanted })
  }

  /** Checkpoints stay, and so does the adapter in the worker, until another run begins. */
  async function leave(): Promise<void> {
    const { run } = store.getState()
    wish = null
    if (run === null) return
    keep([])
    store.setState(({ current, whole, left }) => ({
      ...{ run: null, sft: null, current: null, whole: null, evaluations: [] },
      ...{ opened: null, compared: null, left: whole ?? current ?? left },
    }))
    if (run.saved) {
      lab.getState().setTrained(null)
      return
    }
    const client = await link.client()
    if (run.mode === 'loading') client.cancelLoad()
    if (run.mode !== 'failed' && run.mode !== 'finished') {
      client.send({ type: 'control', runId: run.runId, control: 'stop' })
    }
  }

  const trainedBy = (run: Run) => {
    if (run.step < 1 && run.adapter === null) return
    lab.getState().setTrained({
      runId: run.runId,
      config: run.config,
      questions: run.questions,
      steps: run.step,
      adapter: run.adapter,
      open: async () => {
        const held = store.getState().run
        if (held?.runId !== run.runId || !(held.saved || held.mode === 'failed')) return
        await open(held)
        const error = store.getState().run?.error ?? null
        if (error !== null) throw new Failure(error)
      },
    })
  }

  const onMode = (mode: RunMode, step: number) => {
    const wished = mode === 'paused' ? wish : null
    // While a run is being opened, and when that fails, the worker does not know yet how far it had come. And who has
    // pressed already shall not find a pause: a second press would undo the first.
    if (mode === 'loading' || mode === 'failed') patch({ mode })
    else patch({ mode: wished === null ? mode : 'running', step })
    if (mode === 'loading') return
    opened?.()
    opened = null
    if (wished !== null) {
      wish = null
      const runId = store.getState().run?.runId
      if (runId !== undefined)
        void link.client().then((client) => client.send({ type: 'control', runId, control: wished }))
    }
    const { current } = store.getState()
    if (mode === 'paused' && wished === null && current !== null) {
      lab.getState().announce(`Paused. Step ${current.step}: ${stageTitles[current.last]} is done.`)
    }
    if (mode === 'finished') lab.getState().announce(`The run is finished after ${step} steps.`)
  }

  const receive = (event: LeaderEvent) => {
    if (!('runId' in event) || event.runId === null) return
    const { run, current, evaluations, metrics, evaluationLog } = store.getState()
    if (run === null || event.runId !== run.runId) return
    switch (event.type) {
      case 'mode':
        return onMode(event.mode, event.step)
      case 'stage': {
        const next = withStage(current, event.stage, event)
        store.setState({ current: next, ...(next.complete && { whole: next }) })
        if (next.complete) keep(withStep(full, next))
        if (event.stage.stage === 'update' && event.stage.metrics !== null) {
          metrics.append(event.stage.step, event.stage.metrics)
        }
        return
      }
      case 'sft':
        return store.setState(({ sft }) => ({ sft: withSftStage(sft, event.stage) }))
      case 'evaluation': {
        const all = [...evaluations, event.evaluation]
        store.setState({ evaluations: all })
        evaluationLog.replace(evaluationRows(all))
        const { step, leaderTeam, majority } = event.evaluation
        return lab
          .getState()
          .announce(
            `After ${step} steps: leader with team ${percent(leaderTeam.value)}, vote ${percent(majority.value)}.`,
          )
      }
      case 'checkpoint':
        patch({ step: event.step })
        void noteOrigin()
        break
      case 'history':
        metrics.replace(event.steps)
        keep(full.filter(({ step }) => step <= event.steps.length))
        evaluationLog.replace(evaluationRows(event.evaluations))
        store.setState({
          evaluations: event.evaluations,
          sft: event.sft === null ? null : sftDataOf(event.sft),
        })
        break
      case 'error':
        wish = null
        patch({ mode: 'failed', error: event.error })
        opened?.()
        opened = null
        break
    }
  }

  link.onEvents((events) => events.forEach(receive))
  store.subscribe(({ run }, before) => {
    if (run !== null && (run.step !== before.run?.step || run.runId !== before.run.runId)) trainedBy(run)
  })
  return { control, leave }
}
