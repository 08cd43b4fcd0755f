/**
 * A saved run as bytes: a head (magic, version, sizes, checksum), the plain values as JSON, then the adapter and
 * AdamW's moments, and the adapter that revisions follow where there is one, as float32, little endian. Reading refuses a file that is cut short, damaged, or of a version that is
 * not known; it never repairs one. Version 1 had no phase 1.
 */
import * as v from 'valibot'
import { checksum } from '../common/checksum.ts'
import type { Adapter, AdapterModule } from '../engine/engine.ts'
import { ConfigError, parseConfig, type Config } from './config/config.ts'
import { leftOutShape } from './left-out-questions.ts'
import { questionSetShape, type QuestionSet } from './question-set.ts'
import type { SessionState } from './session-state.ts'
import type { SftState } from './sft-stages.ts'
import type { Evaluation } from './stages.ts'
import type { Task } from './task.ts'
import type { ModuleArrays, TrainerState } from './trainer/trainer.ts'

export const sessionFileVersion = 2
const readableVersions: readonly number[] = [1, sessionFileVersion]

/** "LRUN", read as a little-endian word. */
const magic = 0x4e55524c
const headBytes = 20
const arraysPerModule = 4

const advice = {
  'not-a-run': 'Choose a file that was saved from a run.',
  truncated: 'It was not written to its end; use the checkpoint before it.',
  version: 'Continue it with the version of the app that saved it, or start a new run.',
  damaged: 'Use the checkpoint before it.',
} as const

/** A saved run that cannot be used; `message` says why and what to do. */
export class SessionFileError extends Error {
  override readonly name = 'SessionFileError'
  constructor(
    readonly problem: keyof typeof advice,
    readonly expected: string,
    readonly actual: string,
  ) {
    super(`The saved run cannot be used: expected ${expected}, found ${actual}. ${advice[problem]}`)
  }
}

const header = v.object({
  config: v.record(v.string(), v.unknown()),
  rewards: v.optional(v.array(v.object({ name: v.string(), code: v.string() })), []),
  questions: v.optional(v.nullable(questionSetShape), null),
  leftOut: v.optional(v.nullable(leftOutShape), null),
  dataId: v.nullable(v.string()),
  sft: v.optional(
    v.nullable(v.custom<SftState>((value) => typeof value === 'object' && value !== null)),
    null,
  ),
  step: whole(),
  cursor: whole(),
  evaluatedAt: v.nullable(whole()),
  revisedOn: v.optional(v.nullable(v.object({ step: whole() })), null),
  history: v.array(v.object({ step: whole(), metrics: v.record(v.string(), v.number()) })),
  evaluations: v.array(v.custom<Evaluation>((value) => typeof value === 'object' && value !== null)),
  trainer: v.object({
    updates: whole(),
    r: whole(),
    alpha: v.number(),
    baseModel: v.string(),
    dropout: v.exactOptional(v.number()),
    modules: v.array(v.object({ path: v.string(), inFeatures: whole(), outFeatures: whole() })),
  }),
})
type Header = v.InferOutput<typeof header>

function whole() {
  return v.pipe(v.number(), v.integer(), v.minValue(0))
}

export function writeSession(state: SessionState): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(headerOf(state)))
  const arrays = [...arraysOf(state.trainer), ...matricesOf(state.revisedOn?.adapter)]
  const start = headBytes + padded(json.length)
  const bytes = new Uint8Array(start + arrays.reduce((sum, array) => sum + array.byteLength, 0))
  bytes.set(json, headBytes)
  let offset = start
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset)
    offset += array.byteLength
  }
  const head = new DataView(bytes.buffer)
  const words = [magic, sessionFileVersion, json.length, bytes.length, checksum(bytes.subarray(headBytes))]
  for (const [i, word] of words.entries()) head.setUint32(i * 4, word, true)
  return bytes
}

/** @throws SessionFileError */
export function readSession(bytes: Uint8Array): SessionState {
  const jsonBytes = checkedHead(bytes)
  const parsed = parsedHeader(new TextDecoder().decode(bytes.subarray(headBytes, headBytes + jsonBytes)))
  const floats = new Float32Array(bytes.slice(headBytes + padded(jsonBytes)).buffer)
  const { trainer, config, revisedOn, ...rest } = parsed
  const adapters = arraysPerModule + (revisedOn === null ? 0 : 1)
  const wanted = adapters * adapterFloats(trainer)
  if (floats.length !== wanted)
    throw new SessionFileError('damaged', `${wanted} adapter values`, `${floats.length}`)
  const last = floats.subarray(arraysPerModule * adapterFloats(trainer))
  return {
    ...rest,
    config: parsedConfig(config),
    revisedOn: revisedOn && { ...revisedOn, adapter: adapterOf(trainer, last) },
    trainer: trainerOf(trainer, floats),
  }
}

/** What a file of a run says before its arrays, which are neither read nor checked: for lists of many runs. */
export type SessionSummary = Omit<SessionState, 'trainer' | 'revisedOn'>

/** @throws SessionFileError */
export async function summariseSession(file: Blob): Promise<SessionSummary> {
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
  const jsonBytes = checkedWords(head, file.size)
  const json = await file.slice(headBytes, headBytes + jsonBytes).text()
  const { trainer: _trainer, revisedOn: _revisedOn, config, ...rest } = parsedHeader(json)
  return { ...rest, config: parsedConfig(config) }
}

/** As far as its head tells: whether it is a run of a version that is read, and not cut short. */
export async function looksLikeSession(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, headBytes).arrayBuffer())
  try {
    checkedWords(head, file.size)
    return true
  } catch (error) {
    if (error instanceof SessionFileError) return false
    throw error
  }
}

/** The length of the JSON part, once the head and the checksum hold. */
function checkedHead(bytes: Uint8Array): number {
  const jsonBytes = checkedWords(bytes, bytes.length)
  const wanted = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(16, true)
  const sum = checksum(bytes.subarray(headBytes))
  if (sum !== wanted) throw new SessionFileError('damaged', `checksum ${wanted}`, `${sum}`)
  return jsonBytes
}

/** The same without the checksum, for which all bytes are needed. */
function checkedWords(bytes: Uint8Array, length: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const word = (index: number) => view.getUint32(index * 4, true)
  if (bytes.length < 4 || word(0) !== magic)
    throw new SessionFileError('not-a-run', 'a saved run', 'another kind of file')
  if (bytes.length < headBytes)
    throw new SessionFileError('truncated', `at least ${headBytes} bytes`, `${bytes.length}`)
  if (!readableVersions.includes(word(1)))
    throw new SessionFileError('version', `version ${readableVersions.join(' or ')}`, `version ${word(1)}`)
  if (length !== word(3)) throw new SessionFileError('truncated', `${word(3)} bytes`, `${length} bytes`)
  return word(2)
}

function parsedHeader(json: string): Header {
  const result = v.safeParse(header, parsedJson(json))
  if (result.success) return result.output
  const [issue] = result.issues
  throw new SessionFileError(
    'damaged',
    `${issue.expected} at ${v.getDotPath(issue) ?? 'the top'}`,
    issue.received,
  )
}

function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new SessionFileError('damaged', 'JSON', JSON.stringify(json.slice(0, 20)))
  }
}

function parsedConfig(config: Header['config']): Config {
  try {
    return parseConfig(config)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new SessionFileError('version', 'settings that this version knows', error.message)
  }
}

/** In this order, so that equal states are equal bytes. */
function headerOf({ trainer, ...state }: SessionState): Header {
  const { r, alpha, baseModel, dropout, modules } = trainer.adapter
  const named = { r, alpha, baseModel, ...(dropout !== undefined && { dropout }) }
  const described = [...modules].map(([path, { inFeatures, outFeatures }]) => ({
    path,
    inFeatures,
    outFeatures,
  }))
  return {
    config: { ...state.config },
    rewards: state.rewards.map(({ name, code }) => ({ name, code })),
    questions: state.questions && writableSet(state.questions),
    leftOut: state.leftOut && { ...state.leftOut },
    dataId: state.dataId,
    sft: state.sft,
    step: state.step,
    cursor: state.cursor,
    evaluatedAt: state.evaluatedAt,
    revisedOn: state.revisedOn && { step: state.revisedOn.step },
    history: state.history.map(({ step, metrics }) => ({ step, metrics: { ...metrics } })),
    evaluations: [...state.evaluations],
    trainer: { updates: trainer.updates, ...named, modules: described },
  }
}

/** Lists that may be written to, as the check of the file makes them. */
function writableSet({ source, train, dev, test }: QuestionSet): NonNullable<Header['questions']> {
  const tasks = (given: readonly Task[]) =>
    given.map(({ choices, ...task }) => ({ ...task, ...(choices && { choices: [...choices] }) }))
  return { source, train: tasks(train), dev: tasks(dev), test: tasks(test) }
}

/** Per module: adapter, start, first moment, second moment, each A then B. */
function arraysOf({ adapter, start, moments }: TrainerState): Float32Array[] {
  return [...adapter.modules].flatMap(([path, module]) => {
    const held = moments.get(path)
    const first = start.modules.get(path)
    if (held === undefined || first === undefined) throw new RangeError(`${path} has no moments to save`)
    return [module, first, held.first, held.second].flatMap(({ a, b }) => [a, b])
  })
}

function trainerOf(trainer: Header['trainer'], floats: Float32Array): TrainerState {
  const { updates, modules, ...named } = trainer
  const { r } = named
  const adapter = new Map<string, AdapterModule>()
  const start = new Map<string, AdapterModule>()
  const moments = new Map<string, { first: ModuleArrays; second: ModuleArrays }>()
  let offset = 0
  const take = (length: number) => floats.slice(offset, (offset += length))
  for (const { path, inFeatures, outFeatures } of modules) {
    const pair = () => ({ a: take(r * inFeatures), b: take(outFeatures * r) })
    adapter.set(path, { inFeatures, outFeatures, ...pair() })
    start.set(path, { inFeatures, outFeatures, ...pair() })
    moments.set(path, { first: pair(), second: pair() })
  }
  const made = (of: ReadonlyMap<string, AdapterModule>): Adapter => ({ ...named, modules: of })
  return { updates, adapter: made(adapter), start: made(start), moments }
}

/** A then B of each module. */
function matricesOf(adapter: Adapter | undefined): Float32Array[] {
  return [...(adapter?.modules.values() ?? [])].flatMap(({ a, b }) => [a, b])
}

function adapterOf({ updates: _, modules, ...named }: Header['trainer'], floats: Float32Array): Adapter {
  const { r } = named
  let offset = 0
  const take = (length: number) => floats.slice(offset, (offset += length))
  const read = modules.map(({ path, inFeatures, outFeatures }): [string, AdapterModule] => [
    path,
    { inFeatures, outFeatures, a: take(r * inFeatures), b: take(outFeatures * r) },
  ])
  return { ...named, modules: new Map(read) }
}

/** Values of one adapter. */
function adapterFloats({ r, modules }: Header['trainer']): number {
  return modules.reduce((sum, { inFeatures, outFeatures }) => sum + r * (inFeatures + outFeatures), 0)
}

/** The arrays begin at a multiple of four. */
function padded(length: number): number {
  return Math.ceil(length / 4) * 4
}
