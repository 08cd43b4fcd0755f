/**
 * `lab train`: the session in Node. First the resolved settings, then one line per step and per evaluation; where traces
 * come first, their counts and one line per update before them. After every step a checkpoint is written, so that Ctrl-C
 * and a crash lose at most the step in progress.
 */
import { join } from 'node:path'
import type { Command, Context } from '../command.ts'
import {
  claimFolder,
  isToSave,
  loadCheckpoint,
  openLines,
  pastRollouts,
  saveAdapter,
  saveCheckpoint,
  type LinesFile,
} from '../checkpoints.ts'
import { jsonFlag, type Given } from '../flags.ts'
import { InputError, progressNotes } from '../io.ts'
import { loadTeam, type LoadedTeam } from '../load-team.ts'
import { ownRewards, rewardFlags, type OwnRewards } from '../own-rewards.ts'
import { evaluationKeys, evaluationText } from '../report.ts'
import { datasetFlags, questionsOf, type Questions } from '../questions.ts'
import { configFlag, presetFlag, settingsOf } from '../settings.ts'
import { proposalsFlag, trainingData } from '../training-data.ts'
import { version } from '../version.ts'
import { cautions } from '../../src/mlpo/config/cautions.ts'
import type { Config } from '../../src/mlpo/config/config.ts'
import { createEvaluator, decodingsOf } from '../../src/mlpo/evaluate.ts'
import { compareEvaluations, type Comparison, type EvaluationRows } from '../../src/mlpo/evaluation-rows.ts'
import { createSession, type SessionEvent } from '../../src/mlpo/session.ts'
import type { SessionState } from '../../src/mlpo/session-state.ts'
import type { SftStage, Trace } from '../../src/mlpo/sft-stages.ts'
import type { Evaluation, Metrics, StepRecord } from '../../src/mlpo/stages.ts'
import { rolloutLines } from '../../src/mlpo/text-file.ts'
import { countsText, traceLine } from '../../src/mlpo/trace-file.ts'

export const train: Command = {
  name: 'train',
  summary: 'Train the leader of a team by MLPO.',
  usage:
    'lab train [--preset NAME] [--steps N] [--seed S] [--eval-every M] [--eval-size E] [--out DIR] [--json]',
  flags: {
    flags: [
      presetFlag,
      configFlag,
      {
        name: 'out',
        value: 'DIR',
        help: 'Where to write the adapter (a PEFT folder), metrics.jsonl, rollouts.jsonl (every completion), traces.jsonl and a checkpoint after every step.',
      },
      {
        name: 'resume',
        value: 'DIR',
        help: 'Go on with the run in this folder; --steps may be larger than before.',
      },
      ...datasetFlags,
      proposalsFlag,
      ...rewardFlags,
      jsonFlag,
    ],
    aliases: { steps: 'max_steps' },
    settings: 'all',
  },
  async run(given, context) {
    const { io } = context
    const resume = given.values.get('resume')
    const out = given.values.get('out') ?? resume ?? null
    const state = resume === undefined ? null : await loadCheckpoint(resume, io)
    const config = await settingsOf(given, state === null ? {} : { saved: state.config })
    for (const { text } of cautions(config)) io.note(text)
    const questions = await questionsOf(given, context)
    const rewards = await ownRewards(given, { config, state })
    if (out !== null && out !== resume) await claimFolder(out)
    const loaded = await loadTeam(config, context)
    try {
      await trainTeam({ given, context, config, questions, state, out, loaded, rewards })
    } finally {
      await rewards?.dispose()
      await loaded.dispose()
    }
  },
}

interface Run {
  readonly given: Given
  readonly context: Context
  readonly config: Config
  readonly questions: Questions
  readonly state: SessionState | null
  readonly out: string | null
  readonly loaded: LoadedTeam
  readonly rewards: OwnRewards | null
}

async function trainTeam(run: Run): Promise<void> {
  const { given, context, config, questions, state, out, loaded, rewards } = run
  const { io, models } = context
  const { team } = loaded
  const json = given.switches.has('json')
  const head = { config, version, ...(questions.source !== null && { dataset: questions.source }) }
  io.out(json ? JSON.stringify(head) : `${config.max_steps} steps, seed ${config.seed}, version ${version}`)
  const files = out === null ? null : await openRunFiles(out, { head: JSON.stringify(head), config, state })
  const trainer = await models.trainer(team.leader, config, state?.trainer)
  const measure = measuring(run)
  const session = createSession({
    config,
    leader: team.leader,
    trainer,
    proposals: await trainingData(config, { team, questions, file: given.values.get('proposals'), context }),
    peers: team.peers,
    style: team.style,
    evaluate: measure.evaluate,
    now: () => io.now(),
    signal: io.signal,
    onProgress: progressNotes(io),
    ...(rewards && { rewards }),
    ...(state && { state }),
  })
  const rolloutsOf = rolloutLines()
  const write = async (event: SessionEvent) => {
    const line = lineOf(event, { changes: measure.changes })
    if (line !== null) io.out(json ? line.json : line.text)
    if (line !== null) await files?.metrics.append(line.json)
    for (const trace of newTraces(event)) await files?.traces?.append(traceLine(trace))
    const rollouts = rolloutsOf(event)
    if (rollouts.length > 0) await files?.rollouts.append(rollouts.join('\n'))
    if (out !== null && isToSave(event)) await saveCheckpoint(out, session.state())
  }
  const started = io.now()
  try {
    for await (const event of session.events) await write(event)
  } catch (error) {
    if (!io.signal.aborted || out === null) throw error
    await saveAdapter(out, session.state().trainer.adapter)
    throw new InputError(`stopped after ${whereOf(session.state())}. Go on with lab train --resume ${out}.`)
  } finally {
    trainer.dispose()
  }
  if (out !== null) await saveAdapter(out, session.state().trainer.adapter)
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1)
  io.note(
    `Finished in ${seconds(io.now() - started)} s, ${seconds(measure.spentMs())} s of it in evaluations. ` +
      `Peak memory ${(io.peakBytes() / 2 ** 20).toFixed(0)} MiB.`,
  )
}

/** `step 3`; in phase 1 how far that is. */
function whereOf({ sft, step }: SessionState): string {
  if (sft === null || sft.phase === 'done') return `step ${step}`
  return sft.phase === 'traces'
    ? `${sft.counts.prompts} questions for traces`
    : `step ${sft.step} of the traces`
}

interface RunFiles {
  readonly metrics: LinesFile
  /** Every completion with what it earned. */
  readonly rollouts: LinesFile
  /** null in a run without traces. */
  readonly traces: LinesFile | null
}

async function openRunFiles(
  out: string,
  {
    head,
    config,
    state,
  }: { readonly head: string; readonly config: Config; readonly state: SessionState | null },
): Promise<RunFiles> {
  const traces = state?.sft?.traces ?? []
  return {
    metrics: await openLines(join(out, 'metrics.jsonl'), [head, ...pastLines(state)]),
    rollouts: await openLines(join(out, 'rollouts.jsonl'), await pastRollouts(out, state?.step ?? 0)),
    traces: config.sft === 'off' ? null : await openLines(join(out, 'traces.jsonl'), traces.map(traceLine)),
  }
}

function newTraces(event: SessionEvent): Trace[] {
  if (event.type !== 'sft' || event.stage.stage !== 'sft-traces') return []
  return event.stage.outcomes.flatMap((each) => ('trace' in each ? [each.trace] : []))
}

interface Measuring {
  readonly evaluate: (step: number) => Promise<readonly Evaluation[]>
  /** Against the first evaluation with the same decoding in this process. */
  readonly changes: ReadonlyMap<Evaluation, Comparison>
  spentMs(): number
}

function measuring({ config, questions, loaded, context: { io } }: Run): Measuring {
  const tasks = questions.heldOut(config, 'dev')
  const evaluator = createEvaluator({ team: loaded.team, tasks, settings: config })
  const first = new Map<string, EvaluationRows>()
  const changes = new Map<Evaluation, Comparison>()
  let spent = 0
  return {
    changes,
    spentMs: () => spent,
    async evaluate(step) {
      const started = io.now()
      const evaluations: Evaluation[] = []
      for (const decoding of decodingsOf(config)) {
        const options = { step, decoding, signal: io.signal, onProgress: progressNotes(io) }
        const { evaluation, outcomes } = await evaluator.evaluate(options)
        const before = first.get(decoding)
        if (before === undefined) first.set(decoding, outcomes)
        else changes.set(evaluation, compareEvaluations(before, outcomes, { seed: config.seed }))
        evaluations.push(evaluation)
      }
      spent += io.now() - started
      return evaluations
    },
  }
}

interface Line {
  readonly json: string
  readonly text: string
}

function lineOf(
  event: SessionEvent,
  { changes }: { readonly changes: ReadonlyMap<Evaluation, Comparison> },
): Line | null {
  switch (event.type) {
    case 'stage':
      return null
    case 'sft':
      return sftLine(event.stage)
    case 'step-end':
      return { json: stepJson(event), text: stepText(event) }
    case 'evaluation': {
      const change = changes.get(event.evaluation) ?? null
      return {
        json: JSON.stringify({ eval: evaluationKeys(event.evaluation, change) }),
        text: evaluationText(event.evaluation, {
          title: `evaluation after step ${event.evaluation.step}`,
          change,
        }),
      }
    }
  }
}

/** The counts once all traces are made, and every update. */
function sftLine(stage: SftStage): Line | null {
  if (stage.stage === 'sft-traces' && stage.left === 0) {
    const { counts } = stage
    return { json: JSON.stringify({ traces: counts }), text: `traces · ${countsText(counts)}` }
  }
  if (stage.stage !== 'sft-update') return null
  const { step, steps, metrics } = stage
  return {
    json: sftJson({ step, metrics }),
    text: `traces step ${step} of ${steps} · ${shownMetrics(metrics, ['loss', 'grad_norm', 'learning_rate'])}`,
  }
}

function sftJson({ step, metrics }: StepRecord): string {
  return JSON.stringify({ sft_step: step, ...metrics })
}

function stepJson({ step, metrics }: StepRecord): string {
  return JSON.stringify({ step, ...metrics })
}

function stepText({ step, metrics }: StepRecord): string {
  return `step ${step} · ${shownMetrics(metrics, ['reward', 'loss', 'grad_norm', 'step_time'])}`
}

function shownMetrics(metrics: Metrics, keys: readonly string[]): string {
  return keys.map((key) => `${key} ${metrics[key]?.toPrecision(3) ?? 'none'}`).join(' · ')
}

/** What a resumed run had written, in its order: an evaluation stands behind the step after which it was made. */
function pastLines(state: SessionState | null): string[] {
  if (state === null) return []
  const evaluationsAt = (step: number) =>
    state.evaluations
      .filter((evaluation) => evaluation.step === step)
      .map((evaluation) => JSON.stringify({ eval: evaluationKeys(evaluation) }))
  const { sft } = state
  const counts = sft === null || sft.phase === 'traces' ? [] : [JSON.stringify({ traces: sft.counts })]
  return [
    ...counts,
    ...(sft?.history ?? []).map(sftJson),
    ...evaluationsAt(0),
    ...state.history.flatMap((record) => [stepJson(record), ...evaluationsAt(record.step)]),
  ]
}
