/**
 * `lab record`: a run as the page shows it before anybody has pressed anything: one JSON file, and beside it the states
 * that training can go on from (`src/mlpo/recording/`). The committed recording is made by
 * `lab record --preset route --seed 1001 --out public/recordings/route.json`.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { writeThenRename } from '../checkpoints.ts'
import type { Command, Context } from '../command.ts'
import { wholeNumber, type Given } from '../flags.ts'
import { InputError, progressNotes, UsageError } from '../io.ts'
import { loadTeam, type LoadedTeam } from '../load-team.ts'
import { questionsOf } from '../questions.ts'
import { configFlag, presetFlag, settingsOf } from '../settings.ts'
import { trainingData } from '../training-data.ts'
import { version } from '../version.ts'
import type { Config } from '../../src/mlpo/config/config.ts'
import { createEvaluator, decodingsOf } from '../../src/mlpo/evaluate.ts'
import { packState } from '../../src/mlpo/recording/packed-state.ts'
import { createRecorder } from '../../src/mlpo/recording/record.ts'
import {
  recordingFormat,
  recordingVersion,
  type RecordedState,
  type Recording,
} from '../../src/mlpo/recording/recording.ts'
import { createSession } from '../../src/mlpo/session.ts'
import type { SessionState } from '../../src/mlpo/session-state.ts'

export const record: Command = {
  name: 'record',
  summary: 'Record a run for the page to open with.',
  usage: 'lab record --out FILE.json [--preset NAME] [--steps N] [--seed S] [--groups G] [--states N]',
  flags: {
    flags: [
      presetFlag,
      configFlag,
      { name: 'out', value: 'FILE', help: 'The recording, a JSON file; the states are written beside it.' },
      { name: 'groups', value: 'G', help: 'Groups of each step that are kept in full.', default: '2' },
      {
        name: 'states',
        value: 'N',
        help: 'States from which training can go on, spread evenly over the steps.',
        default: '2',
      },
    ],
    aliases: { steps: 'max_steps' },
    settings: 'all',
  },
  async run(given, context) {
    const out = given.values.get('out')
    if (out === undefined || !/^[\w-]+\.json$/.test(basename(out)))
      throw new UsageError('--out is needed, such as --out public/recordings/route.json.')
    const config = await settingsOf(given)
    if (config.sft !== 'off') throw new InputError('runs with traces first are not recorded: use --sft off.')
    const loaded = await loadTeam(config, context)
    try {
      await recordRun({ given, context, config, loaded, out })
    } finally {
      await loaded.dispose()
    }
  },
}

interface RecordInput {
  readonly given: Given
  readonly context: Context
  readonly config: Config
  readonly loaded: LoadedTeam
  readonly out: string
}

async function recordRun({ given, context, config, loaded, out }: RecordInput): Promise<void> {
  const { io, models } = context
  const { team } = loaded
  const recorder = createRecorder({ groups: wholeNumber(given, 'groups', { min: 1, max: 64, fallback: 2 }) })
  const wanted = statesOf(config, wholeNumber(given, 'states', { min: 0, max: 20, fallback: 2 }))
  const questions = await questionsOf(given, context)
  const trainer = await models.trainer(team.leader, config)
  const evaluator = createEvaluator({ team, tasks: questions.heldOut(config, 'dev'), settings: config })
  const session = createSession({
    ...{ config, leader: team.leader, peers: team.peers, style: team.style, trainer },
    proposals: await trainingData(config, { team, questions, file: undefined, context }),
    async evaluate(step) {
      const options = { step, signal: io.signal, onProgress: progressNotes(io) }
      const made = []
      for (const decoding of decodingsOf(config))
        made.push((await evaluator.evaluate({ ...options, decoding })).evaluation)
      return made
    },
    ...{ now: () => io.now(), signal: io.signal, onProgress: progressNotes(io) },
  })
  await mkdir(dirname(out), { recursive: true })
  await dropOldStates(out)
  const states: RecordedState[] = []
  let toWrite: SessionState | null = null
  try {
    for (let started = io.now(); ; started = io.now()) {
      const { done, value: event } = await session.events.next()
      if (done === true) break
      recorder.take(event, io.now() - started)
      if (event.type === 'step-end') io.note(`step ${event.step} of ${config.max_steps}`)
      // What is due after a step, its evaluation, belongs to its state.
      if (event.type !== 'stage') toWrite = wanted.includes(session.state().step) ? session.state() : null
      else if (toWrite !== null) states.push(await writeState(out, toWrite))
      if (event.type === 'stage') toWrite = null
    }
  } finally {
    trainer.dispose()
  }
  const recording: Recording = {
    ...{ format: recordingFormat, version: recordingVersion, app: version },
    ...{ preset: given.values.get('preset') ?? 'nano', config },
    device: models.runsOn,
    models: loaded.fingerprints,
    ...recorder.recorded(),
    states,
  }
  await writeThenRename(out, JSON.stringify(recording))
  io.out(`${out}: ${(await stat(out)).size} bytes, ${recording.steps.length} steps, ${states.length} states`)
}

async function writeState(
  out: string,
  { step, cursor, evaluatedAt, trainer }: SessionState,
): Promise<RecordedState> {
  const file = `${stemOf(out)}-${String(step).padStart(3, '0')}.bin`
  await writeThenRename(join(dirname(out), file), packState(trainer))
  const modules = [...trainer.adapter.modules].map(([path, { inFeatures, outFeatures }]) => ({
    ...{ path, inFeatures, outFeatures },
  }))
  return { step, cursor, evaluatedAt, file, modules }
}

/** Evenly spread, never after the last step, behind which there is nothing to go on with. */
function statesOf({ max_steps: steps }: Config, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => Math.round(((i + 1) * steps) / (count + 1))).filter(
    (step) => step > 0 && step < steps,
  )
}

async function dropOldStates(out: string): Promise<void> {
  const own = new RegExp(`^${stemOf(out)}-\\d+\\.bin$`)
  const names = (await readdir(dirname(out))).filter((name) => own.test(name))
  await Promise.all(names.map((name) => rm(join(dirname(out), name))))
}

function stemOf(out: string): string {
  return basename(out, '.json')
}
