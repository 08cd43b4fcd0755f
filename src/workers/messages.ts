/**
 * Checks the messages between the page and its workers where they arrive. Commands are checked in full. Events come
 * from our own worker many times a second and carry whole stages: of them only the kind is checked.
 */
import * as v from 'valibot'
import { parseConfig, type Config } from '../mlpo/config/config.ts'
import { parsed } from './engine-messages.ts'
import { mappable, type ColumnMapping } from '../mlpo/datasets/column-mapping.ts'
import { questionSetShape } from '../mlpo/question-set.ts'
import type {
  DataCommand,
  DataEvent,
  LeaderCommand,
  LeaderEvent,
  PeerCommand,
  PeerEvent,
} from './protocol.ts'

/** A configuration that breaks a rule is refused with its own list of problems. */
const config = v.pipe(
  v.unknown(),
  v.transform((given): Config => parseConfig(given)),
)
const port = v.custom<MessagePort>(
  (given) => typeof given === 'object' && given !== null && 'postMessage' in given && 'start' in given,
)
const wanted = v.object({
  engine: v.nullable(v.picklist(['webllm', 'tfjs'])),
  backend: v.nullable(v.picklist(['wasm', 'webgpu'])),
  library: v.nullable(v.picklist(['own', 'prebuilt'])),
})
const text = v.string()
const name = v.pipe(text, v.nonEmpty())
const whole = v.pipe(v.number(), v.integer(), v.minValue(0))

const askedTask = v.object({
  id: name,
  family: text,
  domain: text,
  question: name,
  answer: v.nullable(text),
  choices: v.exactOptional(v.array(text)),
  answer_type: v.picklist(['number', 'choice', 'boolean', 'text', 'list', 'latex']),
  difficulty: v.exactOptional(v.picklist([1, 2, 3])),
})

const positive = v.pipe(whole, v.minValue(1))

const evaluationPlan = v.object({
  sizes: v.object({
    ...{ questions: positive, runs: positive, leastPerK: whole, reserve: whole, probes: positive },
    ...{ train: positive, tuning: whole, manyQuestions: whole, manySamples: positive, texts: whole },
  }),
  decodings: v.pipe(v.array(v.picklist(['greedy', 'sampled'])), v.nonEmpty()),
  seeds: v.pipe(v.array(whole), v.nonEmpty()),
})

const leaderCommand = v.variant('type', [
  v.object({ type: v.literal('load'), config, modelBase: name, wanted }),
  v.object({ type: v.literal('peer'), model: name, port }),
  v.object({ type: v.literal('reward-frame'), port }),
  v.object({
    type: v.literal('open'),
    runId: name,
    config,
    resume: v.boolean(),
    rewards: v.exactOptional(v.array(v.object({ name, code: text }))),
    questions: v.exactOptional(v.nullable(questionSetShape)),
  }),
  v.object({
    type: v.literal('control'),
    runId: name,
    control: v.picklist(['run', 'pause', 'stage', 'step', 'stop']),
  }),
  v.object({
    type: v.literal('ask'),
    askId: name,
    config,
    task: askedTask,
    rounds: whole,
    adapter: v.picklist(['base', 'trained']),
    seed: v.number(),
    history: v.array(v.object({ peers: v.array(text), leader: text })),
    given: v.exactOptional(v.array(text)),
  }),
  v.object({
    ...{ type: v.literal('evaluate'), askId: name, config, plan: evaluationPlan },
    adapter: v.picklist(['base', 'trained']),
    questions: v.exactOptional(v.nullable(questionSetShape)),
  }),
  v.object({ type: v.literal('cancel'), askId: name }),
]) satisfies v.GenericSchema<unknown, LeaderCommand>

const peerCommand = v.variant('type', [
  v.object({
    type: v.literal('load'),
    model: name,
    modelBase: name,
    wanted,
    contextLength: v.nullable(whole),
  }),
  v.object({ type: v.literal('port'), port }),
]) satisfies v.GenericSchema<unknown, PeerCommand>

const dataCommand = v.object({
  origins: v.array(
    v.variant('kind', [
      v.object({ kind: v.literal('file'), file: v.file() }),
      v.object({ kind: v.literal('text'), text }),
      v.object({ kind: v.literal('name'), name }),
    ]),
  ),
  mapping: v.nullable(
    v.pipe(
      v.record(v.picklist(mappable), name),
      v.transform((given): ColumnMapping => given),
    ),
  ),
  config,
  modelBase: name,
}) satisfies v.GenericSchema<unknown, DataCommand>

const dataEvents = ['data', 'error'] as const satisfies readonly DataEvent['type'][]
const leaderEvents = [
  'progress',
  'team',
  'mode',
  'stage',
  'sft',
  'evaluation',
  'checkpoint',
  'history',
  'round',
  'evaluating',
  'evaluated',
  'asked',
  'error',
] as const satisfies readonly LeaderEvent['type'][]
const peerEvents = ['progress', 'ready', 'error'] as const satisfies readonly PeerEvent['type'][]

/** @throws MessageError, ConfigError */
export function parseLeaderCommand(data: unknown): LeaderCommand {
  return parsed(leaderCommand, data)
}

/** @throws MessageError */
export function parsePeerCommand(data: unknown): PeerCommand {
  return parsed(peerCommand, data)
}

/** @throws MessageError */
export function parseLeaderEvent(data: unknown): LeaderEvent {
  return parsed(ofKind<LeaderEvent>(leaderEvents), data)
}

/** @throws MessageError */
export function parsePeerEvent(data: unknown): PeerEvent {
  return parsed(ofKind<PeerEvent>(peerEvents), data)
}

/** @throws MessageError, ConfigError */
export function parseDataCommand(data: unknown): DataCommand {
  return parsed(dataCommand, data)
}

/** @throws MessageError */
export function parseDataEvent(data: unknown): DataEvent {
  return parsed(ofKind<DataEvent>(dataEvents), data)
}

function ofKind<T>(kinds: readonly string[]) {
  return v.custom<T>(
    (given) =>
      typeof given === 'object' &&
      given !== null &&
      'type' in given &&
      typeof given.type === 'string' &&
      kinds.includes(given.type),
  )
}
