/**
 * Evaluate's state: which size is chosen, how far the evaluation under way is, and the report that is shown. A report
 * stays until the next one, or a part of it, takes its place; cancelling loses no finished seed.
 */
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { StoreApi } from 'zustand/vanilla'
import type { Config } from '../../mlpo/config/config.ts'
import type { PlanName } from '../../mlpo/evaluation/plans.ts'
import { evaluationPlan } from '../../mlpo/evaluation/plans.ts'
import { reportJson } from '../../mlpo/evaluation/report-json.ts'
import type { EvaluationReport } from '../../mlpo/evaluation/report.ts'
import type { LabClient } from '../../workers/client-types.ts'
import type { ErrorValue, LeaderEvent } from '../../workers/protocol.ts'
import { failureOf } from '../shared/failure.ts'
import { counted, lastPart, percent } from '../shared/format.ts'
import type { LabState, LabStore, TrainedLeader } from '../shared/labStore.ts'
import type { Link } from '../shared/link.ts'
import { timed } from '../shared/timedProgress.ts'
import type { TimedProgress } from '../shared/timedProgress.ts'

type ReportLibrary = LabClient['reports']

export type Status =
  | { readonly kind: 'idle' | 'cancelled' }
  | { readonly kind: 'loading' }
  | {
      readonly kind: 'working'
      /** What is being asked just now. */
      readonly label: string
      /** null until the worker has said something. */
      readonly progress: TimedProgress | null
    }
  | { readonly kind: 'failed'; readonly error: ErrorValue }

export interface ShownReport {
  readonly report: EvaluationReport
  /** How many seeds it was to have. */
  readonly seeds: number
  /** Steps behind the trained leader; null where that is not known, and without one. */
  readonly steps: number | null
  /** Name of the file that it was read from; null = made here. */
  readonly file: string | null
  /** When it was kept, milliseconds since 1970; null = in this visit, or never. */
  readonly keptAt: number | null
}

/** A report of an earlier evaluation. */
export interface KeptReport {
  readonly id: string
  readonly savedAt: number
  readonly title: string
  readonly seeds: number
  readonly steps: number | null
}

export interface EvaluateState {
  readonly size: PlanName
  /** null = as the configuration has it. */
  readonly rounds: number | null
  readonly status: Status
  readonly shown: ShownReport | null
  /** The newest first. */
  readonly kept: readonly KeptReport[]
  /** Why reports cannot be kept, read or deleted. */
  readonly keptProblem: ErrorValue | null
  choose(size: PlanName): void
  chooseRounds(rounds: number): void
  evaluate(): void
  cancel(): void
  /** Shows a report that was made elsewhere. */
  show(report: EvaluationReport, file: string): void
  lookAtKept(): void
  showKept(id: string): void
  removeKept(id: string): void
}

export type EvaluateStore = StoreApi<EvaluateState>

export interface Candidate {
  readonly config: Config
  readonly trained: TrainedLeader | null
}

/** What would be evaluated now: with a trained leader where there is one of this team. */
export function candidate(
  { preset, trained }: Pick<LabState, 'preset' | 'trained'>,
  { rounds }: Pick<EvaluateState, 'rounds'>,
): Candidate {
  const usable = trained?.config.leader === preset.config.leader ? trained : null
  const config = usable?.config ?? preset.config
  return { config: { ...config, eval_rounds: rounds ?? config.eval_rounds }, trained: usable }
}

interface Under {
  readonly askId: string
  readonly seeds: number
  readonly steps: number | null
  readonly runId: string | null
  /** Its report in storage, once that is written; null before the first seed is finished. */
  keeping: Promise<string | null>
}

export function createEvaluateStore({
  link,
  lab,
}: {
  readonly link: Link
  readonly lab: LabStore
}): EvaluateStore {
  /** The evaluation under way. */
  let under: Under | null = null
  const store = createStore<EvaluateState>()((set) => ({
    size: 'quick',
    rounds: null,
    status: { kind: 'idle' },
    shown: null,
    kept: [],
    keptProblem: null,
    choose: (size) => set({ size }),
    chooseRounds: (rounds) => set({ rounds }),
    evaluate: () => void evaluate(),
    cancel: () => void cancel(),
    show: (report, file) =>
      set({ shown: { report, seeds: report.setup.seeds.length, steps: null, file, keptAt: null } }),
    lookAtKept: () => void onKept(() => Promise.resolve()),
    showKept: (id) => void showKept(id),
    removeKept: (id) => void onKept((reports) => reports.remove(id)),
  }))

  /** Does the work, then lists what there is. */
  async function onKept(work: (reports: ReportLibrary) => Promise<unknown>): Promise<void> {
    try {
      const { reports } = await link.client()
      await work(reports)
      store.setState({ kept: await reports.list(), keptProblem: null })
    } catch (thrown) {
      store.setState({ keptProblem: failureOf(thrown) })
    }
  }

  const showKept = (id: string) =>
    onKept(async (reports) => {
      const entry = store.getState().kept.find((report) => report.id === id)
      // What is stored is checked like any other file. Its reader is fetched for whoever needs it.
      const { readReport } = await import('../../mlpo/evaluation/report-read.ts')
      const report = readReport(await reports.read(id))
      if (entry === undefined) return
      const { seeds, steps, savedAt } = entry
      store.setState({ shown: { report, seeds, steps, file: null, keptAt: savedAt } })
    })

  /** With every finished seed the report takes the place of what it was before. */
  const keep = (own: Under, report: EvaluationReport) => {
    const { seeds, steps, runId } = own
    const trained = steps === null ? 'The trained leader' : `The leader after ${counted(steps, 'step')}`
    const title = `${report.setup.leaders.length < 2 ? 'The untrained leader' : trained}, ${lastPart(report.setup.leader)}`
    own.keeping = own.keeping.then((before) => {
      let id: string | null = before
      return onKept(async (reports) => {
        id = await reports.keep({ savedAt: Date.now(), runId, title, seeds, steps }, reportJson(report))
        if (before !== null) await reports.remove(before)
      }).then(() => id)
    })
  }

  async function evaluate(): Promise<void> {
    if (under !== null) return
    const { config, trained } = candidate(lab.getState(), store.getState())
    const plan = evaluationPlan(store.getState().size, config)
    const own: Under = {
      runId: trained?.runId ?? null,
      keeping: Promise.resolve(null),

      askId: crypto.randomUUID(),
      seeds: plan.seeds.length,
      steps: trained?.adapter === null ? trained.steps : null,
    }
    under = own
    store.setState({ status: { kind: 'loading' } })
    try {
      await lab.getState().loadTeam(config)
      await trained?.open()
      const client = await link.client()
      if (under !== own) return
      store.setState({ status: { kind: 'working', label: 'Beginning', progress: null } })
      const adapter = trained === null ? 'base' : 'trained'
      const questions = trained?.questions ?? null
      client.send({ type: 'evaluate', askId: own.askId, config, plan, adapter, questions })
    } catch (thrown) {
      if (under === own) end({ kind: 'failed', error: failureOf(thrown) })
    }
  }

  async function cancel(): Promise<void> {
    const { status } = store.getState()
    const own = under
    if (own === null) return
    end({ kind: 'cancelled' })
    lab.getState().announce('Cancelled.')
    const client = await link.client()
    if (status.kind === 'loading') client.cancelLoad()
    else client.send({ type: 'cancel', askId: own.askId })
  }

  const end = (status: Status) => {
    under = null
    store.setState({ status })
  }

  const receive = (event: LeaderEvent) => {
    if (!('askId' in event) || under === null || event.askId !== under.askId) return
    switch (event.type) {
      case 'evaluating':
        return store.setState(({ status }) => ({ status: withCount(status, event) }))
      case 'evaluated':
        keep(under, event.report)
        return store.setState({
          shown: { report: event.report, seeds: under.seeds, steps: under.steps, file: null, keptAt: null },
        })
      case 'asked':
        lab.getState().announce(spoken(store.getState().shown?.report))
        return end({ kind: 'idle' })
      case 'error':
        return end({ kind: 'failed', error: event.error })
      case 'round':
        return
    }
  }
  link.onEvents((events) => events.forEach(receive))
  return store
}

function withCount(status: Status, event: Extract<LeaderEvent, { readonly type: 'evaluating' }>): Status {
  const before = status.kind === 'working' ? status.progress : null
  const { label, generations: done, about: total } = event
  const progress = { what: 'evaluate', label: 'Evaluation', done, total, unit: 'generations' } as const
  return { kind: 'working', label, progress: timed(before, progress, performance.now()) }
}

function spoken(report: EvaluationReport | undefined): string {
  const part = report?.parts.at(-1)
  const leader = report?.setup.leaders.at(-1)
  const of = (id: string) => part?.rows.find((row) => row.id === id)?.share.value
  const [team, vote] = [of(`${leader?.name ?? ''}/team`), of('vote')]
  if (report === undefined || team === undefined || vote === undefined) return 'The evaluation is done.'
  const questions = counted(report.setup.sizes.questions, 'question')
  return `The evaluation is done. On ${questions}: ${leader?.label ?? ''} with its team ${percent(team)}, vote ${percent(vote)}.`
}

export const EvaluateContext = createContext<EvaluateStore | null>(null)

export function useEvaluate<T>(select: (state: EvaluateState) => T): T {
  const store = useContext(EvaluateContext)
  if (store === null) throw new Error('useEvaluate stands outside of EvaluateContext')
  return useStore(store, select)
}
