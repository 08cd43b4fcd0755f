/**
 * Puts an engine on a port: `remote-engine.ts` is the other end. Requests are answered one after another, so that seats
 * that share a model queue in it; a cancel is heard at once. Nothing is thrown: failures go back as values.
 */
import type { Engine } from '../engine/engine.ts'
import { engineErrorValue } from './errors.ts'
import { MessageError, parseEngineRequest } from './engine-messages.ts'
import type { EngineReply, EngineRequest, EngineResult, LibraryName } from './protocol.ts'

/** What the other end needs to encode and decode by itself, and to know the weights again. */
export interface ModelFiles {
  readonly tokenizer: unknown
  readonly tokenizerConfig: unknown
  readonly fingerprint: string
}

export interface ServedModel extends ModelFiles {
  readonly library: LibraryName | null
}

type Work = Exclude<EngineRequest, { readonly type: 'cancel' }>

export function serveEngine(engine: Engine, port: MessagePort, model: ServedModel): void {
  const send = (reply: EngineReply, transfer: Transferable[] = []) => port.postMessage(reply, transfer)
  /** By call: requests that wait or run. */
  const open = new Map<number, AbortController>()
  let last: Promise<void> = Promise.resolve()

  const answer = async (request: Work, { signal }: AbortController) => {
    const { call } = request
    try {
      signal.throwIfAborted()
      const result = await resultOf(engine, request, { signal, send })
      send({ type: 'result', call, result }, buffersOf(result))
    } catch (thrown) {
      send({ type: 'failed', call, error: engineErrorValue(thrown) })
    } finally {
      open.delete(call)
    }
  }

  port.onmessage = ({ data }: MessageEvent<unknown>) => {
    const request = understood(data, send)
    if (request === null) return
    if (request.type === 'cancel') {
      open.get(request.call)?.abort()
      return
    }
    const controller = new AbortController()
    open.set(request.call, controller)
    last = last.then(() => answer(request, controller))
  }
  send({ type: 'hello', info: engine.info, can: engine.can, ...model })
}

function understood(data: unknown, send: (reply: EngineReply) => void): EngineRequest | null {
  try {
    return parseEngineRequest(data)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    // Whoever waits for this call must not wait for ever.
    const call = typeof data === 'object' && data !== null && 'call' in data ? Number(data.call) : -1
    send({ type: 'failed', call, error: engineErrorValue(error) })
    return null
  }
}

interface Ways {
  readonly signal: AbortSignal
  readonly send: (reply: EngineReply) => void
}

async function resultOf(engine: Engine, request: Work, { signal, send }: Ways): Promise<EngineResult> {
  const { call } = request
  switch (request.type) {
    case 'generate': {
      const { id, prompt, options } = request
      for await (const token of engine.generate(prompt, { ...options, id, signal })) {
        signal.throwIfAborted()
        send({ type: 'token', call, token })
      }
      return { of: 'generate' }
    }
    case 'sample': {
      const onProgress = (tokens: number) => send({ type: 'sampled', call, tokens })
      const { requests, options } = request
      return { of: 'sample', completions: await engine.sample(requests, { ...options, signal, onProgress }) }
    }
    case 'score':
      return { of: 'score', logprobs: await engine.score(request.pairs) }
    case 'setAdapter':
      return { of: 'setAdapter', version: await engine.setAdapter(request.adapter) }
  }
}

/** Moved, not copied: the engine made them for this answer. */
function buffersOf(result: EngineResult): Transferable[] {
  const arrays =
    result.of === 'sample'
      ? result.completions.flat().map(({ logprobs }) => logprobs)
      : result.of === 'score'
        ? result.logprobs
        : []
  return [...new Set(arrays.map(({ buffer }) => buffer))].filter((buffer) => buffer instanceof ArrayBuffer)
}
