/**
 * What the WebLLM tests do inside the worker: the same model under WebLLM and under tfjs, which is the trainer's
 * reference. Playwright calls these functions by `worker.evaluate`, so arguments and results are plain values.
 */
import type {
  AdapterVersion,
  ChatMessage,
  Engine,
  SampledToken,
  SampleId,
  SampleOptions,
  SampleRequest,
  TokenIds,
} from '../../src/engine/engine.ts'
import { chatModelOf } from '../../src/engine/chat-model.ts'
import { withContextLength } from '../../src/engine/context-length.ts'
import type { LlamaConfig } from '../../src/engine/llama/config.ts'
import { startBackend } from '../../src/engine/tfjs/backends.ts'
import { createTfjsEngine } from '../../src/engine/tfjs/tfjs-engine.ts'
import { createTokenizer } from '../../src/engine/tokenizer/tokenizer.ts'
import type { FileAccess } from '../../src/engine/weights/file-access.ts'
import { httpFiles } from '../../src/engine/weights/http-files.ts'
import { openMlcFolder } from '../../src/engine/weights/mlc.ts'
import type { WebLlmModel } from '../../src/engine/webllm/load.ts'
import { loadWebLlm } from '../../src/engine/webllm/load.ts'
import { createWebLlmEngine } from '../../src/engine/webllm/webllm-engine.ts'
import { serveEngine } from '../../src/workers/engine-server.ts'
import { fromText, toText } from './plain-json.ts'
import { chatWith, type ChatReport, type ChatRequest } from './chat.ts'
import { gradientsOn } from './gradients.ts'
import { runKernel } from './kernel-runner.ts'
import { libraryFor, type LibraryOptions } from './libraries.ts'
import { loadNamed } from './named-model.ts'
import { inFormat } from './quantise.ts'
import { shareDevice } from './shared-device.ts'
import { trainOnSharedDevice } from './shared-training.ts'
import type { AdapterSpec } from './tiny-models.ts'
import { randomAdapter, tinyModel } from './tiny-models.ts'

/** One model in both engines. */
interface Pair {
  /** As it was loaded last. */
  readonly model: () => WebLlmModel
  /** How often it was loaded. */
  readonly loads: () => number
  readonly config: LlamaConfig
  readonly webLlm: Engine
  readonly tfjs: Engine
}

export interface Report {
  readonly prompt: TokenIds
  /** As WebLLM counted the prompt's tokens. */
  readonly promptTokens: number
  readonly completion: TokenIds
  /** WebLLM's own, of the completion's tokens, nats. */
  readonly reported: readonly number[]
}

const origin = globalThis.location.origin

interface PairOptions extends LibraryOptions {
  /** Tokens; null = the model's own. */
  readonly contextLength?: number | null
}

async function openPair(files: FileAccess, id: string, options: PairOptions = {}): Promise<Pair> {
  const { contextLength = null } = options
  const source = withContextLength(await openMlcFolder(files), { asked: contextLength, most: Infinity })
  const library = libraryFor(source, options)
  const models: WebLlmModel[] = []
  const open = async () => {
    const modelUrl = `${origin}/models/${id}/`
    const model = await loadWebLlm({ files, chat: chatModelOf(source), modelUrl, library })
    models.push(model)
    return model
  }
  const webLlm = await createWebLlmEngine({ open, tokenizerOf: createTokenizer })
  const current = () => {
    const model = models.at(-1)
    if (model === undefined) throw new Error('No model was loaded.')
    return model
  }
  const kernels = await startBackend({ name: 'wasm', wasmFolder: `${origin}/wasm/` })
  const tfjs = await createTfjsEngine({ source, tokenizer: createTokenizer(source), kernels })
  return { model: current, loads: () => models.length, config: source.config, webLlm, tfjs }
}

/** Messages of a port, kept until somebody asks for them. */
class Outbox {
  #texts: string[] = []
  #closed = false
  #wake: () => void = () => undefined

  constructor(readonly port: MessagePort) {
    port.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.#texts.push(toText(data))
      this.#wake()
    }
  }

  async take(): Promise<readonly string[] | null> {
    while (this.#texts.length === 0 && !this.#closed)
      await new Promise<void>((resolve) => (this.#wake = resolve))
    const texts = this.#texts
    this.#texts = []
    return texts.length === 0 ? null : texts
  }

  close(): void {
    this.#closed = true
    this.port.close()
    this.#wake()
  }
}

export type Lab = ReturnType<typeof openLab>

export function openLab() {
  const pairs = new Map<string, Pair>()
  const outboxes = new Map<string, Outbox>()
  const pairOf = (id: string): Pair => {
    const pair = pairs.get(id)
    if (pair === undefined) throw new Error(`${id} is not open`)
    return pair
  }
  return {
    /** One kernel of the model library, alone. */
    runKernel,
    gradientsOn,
    shareDevice,
    loadNamed,
    trainOnSharedDevice,

    async openPublished(id: string): Promise<void> {
      pairs.set(id, await openPair(httpFiles(`${origin}/models/${id}/resolve/main/`), id))
    },

    async openTiny(id: string, changes: object, options: PairOptions = {}): Promise<void> {
      const files = await tinyModel(id, changes)
      pairs.set(id, await openPair(await inFormat(files, options.format ?? 'q0f32'), id, options))
    },

    /** The likeliest continuation by a published model, under WebLLM alone: for models that are large. */
    async continueGreedily({
      id,
      prompt,
      maxTokens,
    }: {
      readonly id: string
      readonly prompt: TokenIds
      readonly maxTokens: number
    }): Promise<TokenIds> {
      const files = httpFiles(`${origin}/models/${id}/resolve/main/`)
      const source = await openMlcFolder(files)
      const library = libraryFor(source, { chunkTokens: 64 })
      const modelUrl = `${origin}/models/${id}/`
      const open = () => loadWebLlm({ files, chat: chatModelOf(source), modelUrl, library })
      const engine = await createWebLlmEngine({ open, tokenizerOf: createTokenizer })
      const [group] = await engine.sample([{ id, prompt, count: 1 }], { maxTokens, temperature: 0, seed: 1 })
      await engine.dispose()
      return group?.[0]?.ids ?? []
    },

    async close(id: string): Promise<void> {
      const { webLlm, tfjs } = pairOf(id)
      outboxes.get(id)?.close()
      await webLlm.dispose()
      await tfjs.dispose()
      pairs.delete(id)
    },

    /** Puts the WebLLM engine of a pair on a port whose other end the tests hold by `post` and `receive`. */
    serve(id: string): void {
      const { port1, port2 } = new MessageChannel()
      outboxes.set(id, new Outbox(port1))
      const { tokenizer, tokenizerConfig } = pairOf(id).model().chat
      const served = { tokenizer, tokenizerConfig, fingerprint: id, library: null }
      serveEngine(pairOf(id).webLlm, port2, served)
    },
    post: (id: string, text: string): void => outboxes.get(id)?.port.postMessage(fromText(text)),
    /** What the engine has said since the last call, as soon as there is something; null once it is closed. */
    receive: async (id: string): Promise<readonly string[] | null> => outboxes.get(id)?.take() ?? null,

    adapter: (id: string, spec: AdapterSpec): string => toText(randomAdapter(pairOf(id).config, spec)),

    /** The same adapter in both engines; null = the base model. */
    async setAdapter(id: string, spec: AdapterSpec | null): Promise<AdapterVersion> {
      const { webLlm, tfjs, config } = pairOf(id)
      const adapter = spec === null ? null : randomAdapter(config, spec)
      const version = await webLlm.setAdapter(adapter)
      await tfjs.setAdapter(adapter)
      return version
    },

    /** An answer by WebLLM's own chat, temperature 1, with the log-probabilities that WebLLM reports. */
    async answer(
      id: string,
      { messages, maxTokens, seed }: { messages: ChatMessage[]; maxTokens: number; seed: number },
    ): Promise<Report> {
      const { model, webLlm } = pairOf(id)
      const { engine, logits } = model()
      await engine.resetChat(false, id)
      const { choices, usage } = await engine.chat.completions.create({
        messages,
        max_tokens: maxTokens,
        temperature: 1,
        top_p: 1,
        logprobs: true,
        top_logprobs: 1,
        ignore_eos: true,
        seed,
      })
      return {
        prompt: webLlm.render(messages),
        promptTokens: usage?.prompt_tokens ?? 0,
        completion: [...logits.sampled],
        reported: choices[0]?.logprobs?.content?.map(({ logprob }) => logprob) ?? [],
      }
    },

    chat: (id: string, question: string, request: ChatRequest): Promise<ChatReport> =>
      chatWith(pairOf(id).model(), question, request),

    /** Ids that stand for spaces and line feeds only. */
    blankTokens(id: string): number[] {
      const { webLlm } = pairOf(id)
      const ids = Array.from({ length: webLlm.info.vocabularySize }, (_, token) => token)
      return ids.filter((token) => /^\s+$/.test(webLlm.decode([token])))
    },

    async score(
      id: string,
      engine: 'webLlm' | 'tfjs',
      pair: { prompt: TokenIds; completion: TokenIds },
    ): Promise<number[]> {
      const [logprobs = new Float32Array(0)] = await pairOf(id)[engine].score([pair])
      return [...logprobs]
    },

    /** Kernels launched for one more token of an answer, from its logits to those after it. */
    async dispatchesPerToken(id: string): Promise<number> {
      const { engine, internals } = pairOf(id).model()
      await engine.resetChat(false, id)
      await engine.forwardTokensAndSample([1, 2, 3], true, id)
      const before = internals.dispatches
      await engine.forwardTokensAndSample([4], false, id)
      return internals.dispatches - before
    },

    allocatedBytes: (id: string): number => pairOf(id).model().internals.allocatedBytes,

    /** The device is gone, as after a crash of its driver. */
    loseDevice: (id: string): void => pairOf(id).model().internals.device.destroy(),

    /** Every completion by itself, under WebLLM. */
    async sampleAll(
      id: string,
      requests: readonly SampleRequest[],
      options: SampleOptions,
    ): Promise<{ prompt: TokenIds; ids: TokenIds; logprobs: number[] }[]> {
      const groups = await pairOf(id).webLlm.sample(requests, options)
      return groups.flatMap((group, index) =>
        group.map(({ ids, logprobs }) => ({
          prompt: requests[index]?.prompt ?? [],
          ids,
          logprobs: [...logprobs],
        })),
      )
    },

    /** One answer, whose device goes between two tokens, and again while a token is computed. */
    async generate(
      id: string,
      {
        prompt,
        options,
        loseAt,
      }: {
        readonly prompt: TokenIds
        readonly options: SampleOptions & { readonly id: SampleId }
        /** Numbers of tokens. */
        readonly loseAt: { readonly between: number; readonly during: number } | null
      },
    ): Promise<{ readonly tokens: readonly SampledToken[]; readonly loads: number }> {
      const { webLlm, model, loads } = pairOf(id)
      const before = loads()
      const tokens: SampledToken[] = []
      const answer = webLlm.generate(prompt, options)[Symbol.asyncIterator]()
      for (;;) {
        if (tokens.length === loseAt?.between) model().internals.device.destroy()
        const next = answer.next()
        if (tokens.length === loseAt?.during) model().internals.device.destroy()
        const result = await next
        if (result.done === true) return { tokens, loads: loads() - before }
        tokens.push(result.value)
      }
    },

    sample: async (id: string, request: SampleRequest, options: SampleOptions): Promise<TokenIds[]> =>
      (await pairOf(id).webLlm.sample([request], options)).flat().map(({ ids }) => ids),
  }
}

declare global {
  var lab: Lab
}
