/** Checks what arrives on the port between two workers: in one place, and before anything is done with it. */
import * as v from 'valibot'
import type {
  Adapter,
  AdapterModule,
  Capabilities,
  Completion,
  ModelInfo,
  TokenIds,
} from '../engine/engine.ts'
import type { EngineReply, EngineRequest } from './protocol.ts'

/** A message that none of our code sends: two versions of the app at once, or a fault. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
  constructor(readonly where: string) {
    super(`A message between the app's workers was not understood (${where}). Reload the page.`)
  }
}

const whole = v.pipe(v.number(), v.integer())
/** Long lists: checked without an object per entry. */
const tokenIds = v.custom<TokenIds>(
  (given) => Array.isArray(given) && given.every((id: unknown) => Number.isInteger(id)),
)
const floats = v.instance(Float32Array)

const options = v.object({
  maxTokens: whole,
  temperature: v.number(),
  topK: whole,
  topP: v.number(),
  minP: v.number(),
  seed: v.number(),
})

const adapterModule = v.object({ inFeatures: whole, outFeatures: whole, a: floats, b: floats })
const adapter = v.object({
  r: whole,
  alpha: v.number(),
  baseModel: v.string(),
  modules: v.map(v.string(), adapterModule as v.GenericSchema<AdapterModule>),
}) satisfies v.GenericSchema<unknown, Adapter>

const call = whole
const request = v.variant('type', [
  v.object({ type: v.literal('generate'), call, id: v.string(), prompt: tokenIds, options }),
  v.object({
    type: v.literal('sample'),
    call,
    requests: v.array(
      v.object({ id: v.string(), prompt: tokenIds, count: whole, firstIndex: v.exactOptional(whole) }),
    ),
    options,
  }),
  v.object({
    type: v.literal('score'),
    call,
    pairs: v.array(v.object({ prompt: tokenIds, completion: tokenIds })),
  }),
  v.object({ type: v.literal('setAdapter'), call, adapter: v.nullable(adapter) }),
  v.object({ type: v.literal('cancel'), call }),
]) satisfies v.GenericSchema<unknown, EngineRequest>

const info = v.object({
  id: v.string(),
  architecture: v.string(),
  contextLength: whole,
  vocabularySize: whole,
  parameterCount: whole,
  weightBytes: v.number(),
  licence: v.nullable(v.string()),
}) satisfies v.GenericSchema<unknown, ModelInfo>
const can = v.object({
  adapter: v.picklist(['native', 'merged', 'none']),
  batch: v.boolean(),
  score: v.boolean(),
}) satisfies v.GenericSchema<unknown, Capabilities>
const completion = v.object({
  ids: tokenIds,
  logprobs: floats,
  finish: v.picklist(['stop', 'length']),
  adapterVersion: whole,
}) satisfies v.GenericSchema<unknown, Completion>

const result = v.variant('of', [
  v.object({ of: v.literal('generate') }),
  v.object({ of: v.literal('sample'), completions: v.array(v.array(completion)) }),
  v.object({ of: v.literal('score'), logprobs: v.array(floats) }),
  v.object({ of: v.literal('setAdapter'), version: whole }),
])
const error = v.object({
  name: v.string(),
  message: v.string(),
  detail: v.nullable(v.string()),
  data: v.array(v.union([v.string(), v.number()])),
})
const reply = v.variant('type', [
  v.object({
    type: v.literal('hello'),
    info,
    can,
    tokenizer: v.unknown(),
    tokenizerConfig: v.unknown(),
    fingerprint: v.string(),
    library: v.nullable(v.picklist(['own', 'prebuilt'])),
  }),
  v.object({ type: v.literal('token'), call, token: v.object({ id: whole, logprob: v.number() }) }),
  v.object({ type: v.literal('sampled'), call, tokens: v.number() }),
  v.object({ type: v.literal('result'), call, result }),
  v.object({ type: v.literal('failed'), call, error }),
]) satisfies v.GenericSchema<unknown, EngineReply>

/** @throws MessageError */
export function parseEngineRequest(data: unknown): EngineRequest {
  return parsed(request, data)
}

/** @throws MessageError */
export function parseEngineReply(data: unknown): EngineReply {
  return parsed(reply, data)
}

/** @throws MessageError */
export function parsed<T>(schema: v.GenericSchema<unknown, T>, data: unknown): T {
  const checked = v.safeParse(schema, data)
  if (checked.success) return checked.output
  const [issue] = checked.issues
  throw new MessageError(`${v.getDotPath(issue) ?? 'message'}: ${issue.message}`)
}
