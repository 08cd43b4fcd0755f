/**
 * An engine in another worker, seen as an `Engine`: the session does not know which of its peers live elsewhere. Text
 * is encoded and decoded on this side, as these answer at once; everything else is a call on the port.
 */
import type {
  Adapter,
  AdapterVersion,
  Capabilities,
  ChatMessage,
  Completion,
  Engine,
  ModelInfo,
  SampledToken,
  SampleId,
  SampleOptions,
  SampleRequest,
  TokenIds,
} from '../engine/engine.ts'
import { EngineError } from '../engine/engine.ts'
import { createTokenizer } from '../engine/tokenizer/tokenizer.ts'
import { parseEngineReply } from './engine-messages.ts'
import { revivedError } from './errors.ts'
import type { EngineReply, EngineRequest, EngineResult, LibraryName, PlainSampleOptions } from './protocol.ts'

type Hello = Extract<EngineReply, { readonly type: 'hello' }>

export interface TextCodec {
  encode(text: string): TokenIds
  decode(ids: TokenIds): string
  render(messages: readonly ChatMessage[]): TokenIds
}

export interface ConnectOptions {
  /** From what the other side says about its model. */
  readonly codecFor?: (hello: Hello) => TextCodec
}

export interface ConnectedEngine {
  readonly engine: Engine
  /** Changes when the weights do. */
  readonly fingerprint: string
  readonly library: LibraryName | null
}

/** Resolves when the other side has said hello. */
export function connectEngine(
  port: MessagePort,
  { codecFor = ({ info, ...files }) => createTokenizer({ id: info.id, ...files }) }: ConnectOptions = {},
): Promise<ConnectedEngine> {
  return new Promise((resolve, reject) => {
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      try {
        const reply = parseEngineReply(data)
        if (reply.type !== 'hello') return
        const engine = new RemoteEngine(port, reply, codecFor(reply))
        const { fingerprint, library } = reply
        resolve({ engine, fingerprint, library })
      } catch (error) {
        reject(error instanceof Error ? error : new EngineError(String(error)))
      }
    }
  })
}

type Request = EngineRequest extends infer R ? (R extends EngineRequest ? Omit<R, 'call'> : never) : never

/** A call under way. */
interface Call {
  readonly onToken?: (token: SampledToken) => void
  readonly onSampled?: (tokens: number) => void
  readonly resolve: (result: EngineResult) => void
  readonly reject: (error: unknown) => void
}

type Heard = Pick<Call, 'onToken' | 'onSampled'> & { readonly signal?: AbortSignal }

class RemoteEngine implements Engine {
  readonly info: ModelInfo
  readonly can: Capabilities
  /** The weights are in the other worker. */
  readonly base = null
  readonly #port: MessagePort
  readonly #codec: TextCodec
  readonly #calls = new Map<number, Call>()
  #count = 0
  #disposed = false

  constructor(port: MessagePort, { info, can }: Hello, codec: TextCodec) {
    this.info = info
    this.can = can
    this.#port = port
    this.#codec = codec
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#receive(parseEngineReply(data))
  }

  encode(text: string): TokenIds {
    return this.#codec.encode(text)
  }

  decode(ids: TokenIds): string {
    return this.#codec.decode(ids)
  }

  render(messages: readonly ChatMessage[]): TokenIds {
    return this.#codec.render(messages)
  }

  async *generate(
    prompt: TokenIds,
    given: SampleOptions & { readonly id: SampleId },
  ): AsyncGenerator<SampledToken> {
    const arrived: SampledToken[] = []
    let wake: () => void = () => undefined
    const left = new AbortController()
    const signal = AbortSignal.any([left.signal, ...(given.signal ? [given.signal] : [])])
    let state: 'open' | 'over' | { readonly failed: unknown } = 'open'
    const onToken = (token: SampledToken) => {
      arrived.push(token)
      wake()
    }
    this.#call({ type: 'generate', id: given.id, prompt, options: plain(given) }, { signal, onToken }).then(
      () => ((state = 'over'), wake()),
      (failed: unknown) => ((state = { failed }), wake()),
    )
    const ending = () => state
    try {
      for (;;) {
        const token = arrived.shift()
        const now = ending()
        if (token !== undefined) yield token
        else if (now === 'over') return
        else if (now !== 'open') throw now.failed
        else await new Promise<void>((resolve) => (wake = resolve))
      }
    } finally {
      // Whoever stops listening wants no more tokens.
      left.abort()
    }
  }

  async sample(requests: readonly SampleRequest[], given: SampleOptions): Promise<Completion[][]> {
    const { signal, onProgress } = given
    const heard = { ...(signal && { signal }), ...(onProgress && { onSampled: onProgress }) }
    const result = await this.#call({ type: 'sample', requests, options: plain(given) }, heard)
    return result.of === 'sample' ? result.completions : mixedUp(result)
  }

  async score(
    pairs: readonly { readonly prompt: TokenIds; readonly completion: TokenIds }[],
  ): Promise<Float32Array[]> {
    const result = await this.#call({ type: 'score', pairs })
    return result.of === 'score' ? result.logprobs : mixedUp(result)
  }

  async setAdapter(adapter: Adapter | null): Promise<AdapterVersion> {
    const result = await this.#call({ type: 'setAdapter', adapter })
    return result.of === 'setAdapter' ? result.version : mixedUp(result)
  }

  /** The engine itself goes with its worker. */
  dispose(): Promise<void> {
    this.#disposed = true
    this.#port.close()
    for (const { reject } of this.#calls.values()) reject(disposed())
    this.#calls.clear()
    return Promise.resolve()
  }

  #call(request: Request, { signal, ...heard }: Heard = {}): Promise<EngineResult> {
    if (this.#disposed) return Promise.reject(disposed())
    if (signal?.aborted) return Promise.reject(reasonOf(signal))
    const call = this.#count++
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        this.#port.postMessage({ type: 'cancel', call } satisfies EngineRequest)
        this.#calls.delete(call)
        if (signal) reject(reasonOf(signal))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      const over = () => signal?.removeEventListener('abort', onAbort)
      this.#calls.set(call, {
        ...heard,
        resolve: (result) => (over(), resolve(result)),
        reject: (error) => (over(), reject(error instanceof Error ? error : new EngineError(String(error)))),
      })
      this.#port.postMessage({ ...request, call })
    })
  }

  #receive(reply: EngineReply): void {
    if (reply.type === 'hello') return
    const call = this.#calls.get(reply.call)
    // Cancelled: what still arrives is of no interest.
    if (call === undefined) return
    if (reply.type === 'token') return call.onToken?.(reply.token)
    if (reply.type === 'sampled') return call.onSampled?.(reply.tokens)
    this.#calls.delete(reply.call)
    if (reply.type === 'result') call.resolve(reply.result)
    else call.reject(revivedError(reply.error))
  }
}

function plain({
  maxTokens,
  temperature,
  topK = 0,
  topP = 1,
  minP = 0,
  seed,
}: SampleOptions): PlainSampleOptions {
  return { maxTokens, temperature, topK, topP, minP, seed }
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason
  return reason instanceof Error ? reason : new DOMException(String(reason), 'AbortError')
}

function disposed(): EngineError {
  return new EngineError('The engine was disposed. Create a new one.')
}

function mixedUp({ of }: EngineResult): never {
  throw new TypeError(`An engine answered with the result of ${of}.`)
}
