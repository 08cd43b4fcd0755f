/**
 * A run as one file, a zip: the exact checkpoint to go on from, and the same for people and other programs (settings and
 * notes, metrics, evaluations, the adapter as PEFT writes it). Only `run.json` and `checkpoint.run` are read back, and
 * neither is trusted: what comes from elsewhere is checked in full, is stored under a new name, and brings no code along.
 */
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import * as v from 'valibot'
import manifest from '../../package.json'
import { newRunId } from '../common/run-id.ts'
import { writePeftAdapter } from '../engine/adapter/peft.ts'
import type { Adapter } from '../engine/engine.ts'
import { describeQuestions } from '../mlpo/left-out-questions.ts'
import { evaluationShape, sftShape } from '../mlpo/recording/shapes.ts'
import { readSession, writeSession } from '../mlpo/session-file.ts'
import type { SessionState } from '../mlpo/session-state.ts'
import { openCheckpoints } from '../storage/checkpoints.ts'
import type { StoredFolder } from '../storage/folder.ts'
import type { LockRequester } from '../storage/locks.ts'
import { changeRunNotes, noNotes, readRunNotes, RunNotesError, type RunNotes } from '../storage/run-notes.ts'
import type { ExportOptions, FileToSave, SavedRun } from './client-types.ts'
import { savedRunOf } from './saved-run.ts'

const format = 'leader-lab/run'
/** 2 = own questions were left out: a reader of version 1 would go on with generated ones. */
const versions = { whole: 1, 'without questions': 2 } as const
const runFile = 'run.json'
const checkpointFile = 'checkpoint.run'
/** Of the file, and of what it unpacks to: adapters of the largest models here have a tenth of it. */
const largestBytes = 1_000_000_000

/** A file that is no run to import; `message` says why and what to do. Nothing has been stored. */
export class RunBundleError extends Error {
  override readonly name = 'RunBundleError'
  constructor(
    readonly file: string,
    readonly problem: string,
    advice = 'Choose a file that “Export run” has written, and fetch it again if it was cut short.',
  ) {
    super(`${file} cannot be imported: ${problem}. Nothing was stored. ${advice}`)
  }
}

class RunGoneError extends Error {
  override readonly name = 'RunGoneError'
  constructor(readonly runId: string) {
    super(
      'This run is gone: it was deleted elsewhere, or the browser has cleared its storage. Look at the list again.',
    )
  }
}

const text = (most: number) => v.pipe(v.string(), v.maxLength(most))
const about = v.object({
  format: v.literal(format),
  version: v.number(),
  /** Of the app that wrote it. */
  app: text(40),
  name: text(120),
  text: text(20_000),
  colour: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7))),
  device: v.nullable(text(400)),
  adapter: v.optional(v.nullable(text(400)), null),
})

class TracesHoldQuestionsError extends Error {
  override readonly name = 'TracesHoldQuestionsError'
  constructor() {
    super(
      'The questions of this run cannot be left out yet: it goes on with traces that quote them. Export it after its ' +
        'first step, or with its questions.',
    )
  }
}

/** @throws RunGoneError, SessionFileError, TracesHoldQuestionsError */
export async function exportRun(
  root: StoredFolder,
  runId: string,
  { questions }: ExportOptions = { questions: 'along' },
): Promise<FileToSave> {
  const stored = await newestState(root, runId)
  const state = questions === 'along' ? stored : withoutQuestions(stored)
  const notes = await notesOf(root, runId)
  const { config, history, evaluations, dataId, step } = state
  const written: v.InferOutput<typeof about> = {
    format,
    version: versions[state.leftOut === null ? 'whole' : 'without questions'],
    app: manifest.version,
    ...{ name: notes.name, text: notes.text, colour: notes.colour, device: notes.device },
    adapter: notes.adapter,
  }
  const json = (value: unknown) => strToU8(JSON.stringify(value, null, 2))
  const lines = history.map(({ step: at, metrics }) => `${JSON.stringify({ step: at, ...metrics })}\n`)
  const bytes = zipSync({
    [runFile]: json({
      ...{ ...written, runId, step, seed: config.seed, proposals: dataId, config },
      questions: questionsTold(state),
    }),
    [checkpointFile]: [writeSession(state), { level: 0 }],
    'metrics.jsonl': strToU8(lines.join('')),
    'evaluations.json': json(evaluations),
    ...adapterFiles(state.trainer.adapter, 'adapter/'),
    'README.txt': strToU8(readme),
  })
  return { name: fileName(notes, { runId, step, what: 'run' }), bytes: new Uint8Array(bytes) }
}

/** @throws RunGoneError, SessionFileError */
export async function exportAdapter(root: StoredFolder, runId: string): Promise<FileToSave> {
  const { trainer, step } = await newestState(root, runId)
  const bytes = zipSync(adapterFiles(trainer.adapter, ''))
  const name = fileName(await notesOf(root, runId), { runId, step, what: 'adapter' })
  return { name, bytes: new Uint8Array(bytes) }
}

/** @throws RunBundleError, SessionFileError, StorageFullError */
export async function importRun(
  root: StoredFolder,
  {
    file,
    locks,
    now = Date.now(),
  }: { readonly file: File; readonly locks: LockRequester; readonly now?: number },
): Promise<SavedRun> {
  const entries = unpacked(file.name, new Uint8Array(await contentOf(file)))
  const described = aboutOf(file.name, entries)
  const state = checkedState(file.name, readSession(entryOf(file.name, entries, checkpointFile)))
  const runId = newRunId({ now, random: Math.random() })
  const hasCode = state.rewards.length > 0
  const stored = { ...state, rewards: [], dataId: null }
  await openCheckpoints(root, runId).write(writeSession(stored), stored)
  const source =
    `Imported from ${file.name.slice(0, 200)}, written by version ${described.app}` +
    (hasCode ? '; its own reward code was left out' : '')
  const { name, text: notes, colour, device, adapter } = described
  await changeRunNotes(root, runId, {
    change: { name, text: notes, colour, device, adapter, source, createdAt: now },
    locks,
  })
  return savedRunOf(runId, { ...stored, adapter })
}

/** For people and other programs; null where a run has the generated ones. */
function questionsTold({ questions, leftOut }: SessionState) {
  if (leftOut !== null) return { ...leftOut, carried: false }
  return questions && { ...describeQuestions(questions), carried: true }
}

/** Nothing in it quotes them. @throws TracesHoldQuestionsError */
function withoutQuestions(state: SessionState): SessionState {
  const { questions, sft } = state
  if (questions === null) return state
  if (sft !== null && sft.phase !== 'done') throw new TracesHoldQuestionsError()
  return {
    ...{ ...state, questions: null, leftOut: describeQuestions(questions) },
    sft: sft && { ...sft, traces: [] },
  }
}

async function newestState(root: StoredFolder, runId: string): Promise<SessionState> {
  const state = await openCheckpoints(root, runId).newest(readSession)
  if (state === null) throw new RunGoneError(runId)
  return state
}

/** What cannot be read of them is left out of the file, and stays where it is. */
async function notesOf(root: StoredFolder, runId: string): Promise<RunNotes> {
  return readRunNotes(root, runId).catch((error: unknown) => {
    if (error instanceof RunNotesError) return noNotes
    throw error
  })
}

function adapterFiles(adapter: Adapter, folder: string): Record<string, Uint8Array> {
  return Object.fromEntries(writePeftAdapter(adapter).map(({ name, bytes }) => [`${folder}${name}`, bytes]))
}

async function contentOf(file: File): Promise<ArrayBuffer> {
  if (file.size > largestBytes)
    throw new RunBundleError(file.name, `it has ${(file.size / 1e9).toFixed(1)} GB, and at most 1 GB is read`)
  return file.arrayBuffer()
}

type Entries = Readonly<Record<string, Uint8Array>>

/** The two files that are read; whatever else is there stays packed. */
function unpacked(file: string, bytes: Uint8Array): Entries {
  const tooLarge: string[] = []
  const wanted = ({ name, originalSize }: { readonly name: string; readonly originalSize: number }) => {
    if (name !== runFile && name !== checkpointFile) return false
    if (originalSize > largestBytes) tooLarge.push(name)
    return originalSize <= largestBytes
  }
  let entries: Entries
  try {
    entries = unzipSync(bytes, { filter: wanted })
  } catch (error) {
    throw new RunBundleError(
      file,
      `it is no whole zip file (${error instanceof Error ? error.message : String(error)})`,
    )
  }
  const [first] = tooLarge
  if (first !== undefined) throw new RunBundleError(file, `its ${first} unpacks to more than 1 GB`)
  return entries
}

function entryOf(file: string, entries: Entries, name: string): Uint8Array {
  const bytes = entries[name]
  if (bytes === undefined) throw new RunBundleError(file, `there is no ${name} in it`)
  return bytes
}

function aboutOf(file: string, entries: Entries): v.InferOutput<typeof about> {
  let json: unknown
  try {
    json = JSON.parse(strFromU8(entryOf(file, entries, runFile)))
  } catch (error) {
    if (error instanceof RunBundleError) throw error
    throw new RunBundleError(file, `its ${runFile} is not JSON`)
  }
  const result = v.safeParse(about, json)
  if (!result.success) {
    const [issue] = result.issues
    throw new RunBundleError(
      file,
      `its ${runFile} is wrong at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`,
    )
  }
  const { version } = result.output
  if (!Object.values<number>(versions).includes(version)) {
    const advice = 'Import it in the version of the app that wrote it, or a newer one.'
    throw new RunBundleError(
      file,
      `it is of version ${version}, and versions ${Object.values(versions).join(' and ')} are read`,
      advice,
    )
  }
  return result.output
}

/** What `readSession` takes as it stands, because it reads its own files only. */
function checkedState(file: string, state: SessionState): SessionState {
  const { history, step, evaluations, sft, trainer } = state
  if (history.length !== step || history.some((record, index) => record.step !== index + 1))
    throw new RunBundleError(file, `its history is not that of ${step} steps`)
  const parts = v.safeParse(v.object({ evaluations: v.array(evaluationShape), sft: v.nullable(sftShape) }), {
    evaluations,
    sft,
  })
  if (!parts.success) {
    const [issue] = parts.issues
    throw new RunBundleError(
      file,
      `its checkpoint is wrong at ${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`,
    )
  }
  for (const [path, { a, b }] of trainer.adapter.modules)
    if (![...a, ...b].every(Number.isFinite))
      throw new RunBundleError(file, `its adapter has no finite values at ${path}`)
  return { ...state, ...parts.output }
}

function fileName(
  { name }: RunNotes,
  { runId, step, what }: { readonly runId: string; readonly step: number; readonly what: string },
): string {
  const plain = (name === '' ? runId : name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return `leader-lab-${what}-${plain.slice(0, 60) || runId}-step-${step}.zip`
}

const readme = `A run of Leader Lab.

run.json          settings, seed, notes, and what the run was begun on
checkpoint.run    everything that training needs to go on; "Import a run" reads this and run.json. Own questions
                  are in it unless they were left out: run.json says so under "questions"
metrics.jsonl     one line per step
evaluations.json  held-out evaluations, with 95 % intervals
adapter/          the trained LoRA adapter as PEFT writes it
`
