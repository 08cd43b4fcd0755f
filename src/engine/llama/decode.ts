/**
 * Group decoding: one prefill per prompt, whose keys and values all its completions share, then one forward pass per
 * token for every unfinished row of every prompt. Finished rows leave the batch, so that a long straggler does not
 * carry the others. A row's numbers do not depend on which rows run beside it.
 */
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { concat, gather, tidy } from '@tensorflow/tfjs-core'
import { hashText } from '../../common/hash.ts'
import type { SampleOptions, SampleRequest } from '../engine.ts'
import { logitsOf } from './forward.ts'
import type { AttentionResult, DecodeCache } from './kernels.ts'
import type { TokenGroup } from './layout.ts'
import { groupChunks, layOut } from './layout.ts'
import type { BoundModel } from './model.ts'
import { layerOutput } from './model.ts'
import { drawToken, sampleUniform } from './sampling.ts'

/** Prompt tokens that run through the model at once. */
const prefillTokens = 2048

/** A completion as far as it has been sampled. */
export interface SampledRow {
  readonly ids: readonly number[]
  readonly logprobs: readonly number[]
  readonly finish: 'stop' | 'length'
}

interface LiveRow extends SampledRow {
  readonly ids: number[]
  readonly logprobs: number[]
  finish: 'stop' | 'length'
  done: boolean
  readonly group: number
  readonly slot: number
  readonly idHash: number
  readonly index: number
  /** Tokens that may be sampled, by `maxTokens` and by the context. */
  readonly limit: number
}

/** Samples all completions of all requests: [request][completion]. Throws the signal's reason between two tokens. */
export async function decodeGroups(
  model: BoundModel,
  requests: readonly SampleRequest[],
  options: SampleOptions,
): Promise<SampledRow[][]> {
  const decoder = new GroupDecoder(model, requests, options)
  try {
    while (await decoder.advance());
    return decoder.results()
  } finally {
    decoder.dispose()
  }
}

/** One decoding batch, one token of every row at a time. */
export class GroupDecoder {
  readonly #model: BoundModel
  readonly #options: SampleOptions
  readonly #requests: readonly SampleRequest[]
  readonly #cache: DecodeCache
  readonly #rows: readonly LiveRow[]
  /** Rows that still run; where the backend likes steady shapes, a few finished ones among them. */
  #batch: readonly LiveRow[]
  #step = 0
  #sampledTokens = 0

  constructor(model: BoundModel, requests: readonly SampleRequest[], options: SampleOptions) {
    this.#model = model
    this.#options = options
    this.#requests = requests
    this.#cache = model.kernels.decodeCache(model.config.layerCount, model.shape)
    this.#rows = liveRows(requests, options.maxTokens, model.config.contextLength)
    this.#batch = this.#rows.filter((row) => !row.done)
  }

  /** Draws one token for every unfinished row; false once none is left. */
  async advance(): Promise<boolean> {
    const { signal, onProgress } = this.#options
    if (this.#batch.length === 0) return false
    signal?.throwIfAborted()
    const logits = this.#step === 0 ? this.#prefill() : this.#forward()
    const values = await logits.data<'float32'>()
    logits.dispose()
    this.#draw(values)
    this.#step += 1
    onProgress?.(this.#sampledTokens)
    this.#leave()
    return this.#batch.length > 0
  }

  results(): SampledRow[][] {
    return this.#requests.map((_, group) => this.#rows.filter((row) => row.group === group))
  }

  dispose(): void {
    this.#cache.dispose()
  }

  /** Logits of the first tokens: the prompt's last row, once for each of its completions. */
  #prefill(): Tensor2D {
    return tidy(() => {
      const parts: Tensor2D[] = []
      for (const chunk of groupChunks(this.#requests.map(promptOnly), prefillTokens))
        parts.push(this.#prefillChunk(chunk))
      return gather(
        concat<Tensor2D>(parts, 0),
        Int32Array.from(this.#batch, (row) => row.group),
      )
    })
  }

  #prefillChunk(groups: readonly TokenGroup[]): Tensor2D {
    const model = this.#model
    const layout = layOut(groups)
    return tidy(() => {
      let hidden = model.embed(layout.tokens)
      for (const [index, layer] of model.layers.entries()) {
        const next = layerOutput(model, layer, hidden, (queryKeyValue) => {
          this.#cache.addPrompts(index, queryKeyValue, layout.groups)
          return model.kernels.attention(queryKeyValue, layout, model.shape)
        })
        hidden.dispose()
        hidden = next
      }
      const last = Int32Array.from(layout.groups, ({ start, promptLength }) => start + promptLength - 1)
      return logitsOf(model, gather(hidden, last))
    })
  }

  /** Logits after each row's last token. */
  #forward(): Tensor2D {
    const model = this.#model
    const seen = this.#step - 1
    const rows = this.#batch.map(({ group, slot }) => ({ group, slot, seen }))
    return tidy(() => {
      let hidden = model.embed(Int32Array.from(this.#batch, ({ ids }) => ids[ids.length - 1] ?? 0))
      for (const [index, layer] of model.layers.entries()) {
        const next = layerOutput(model, layer, hidden, (queryKeyValue): AttentionResult => {
          const output = this.#cache.attend(index, queryKeyValue, rows)
          return { output, dispose: () => output.dispose() }
        })
        hidden.dispose()
        hidden = next
      }
      return logitsOf(model, hidden)
    })
  }

  #draw(logits: Float32Array): void {
    const { vocabularySize, endTokens } = this.#model.config
    for (const [index, row] of this.#batch.entries()) {
      if (row.done) continue
      const uniform = sampleUniform(this.#options.seed, row.idHash, row.index, row.ids.length)
      const own = logits.subarray(index * vocabularySize, (index + 1) * vocabularySize)
      const { id, logprob } = drawToken(own, this.#options, uniform)
      row.ids.push(id)
      row.logprobs.push(logprob)
      this.#sampledTokens += 1
      if (endTokens.includes(id)) row.finish = 'stop'
      row.done = row.finish === 'stop' || row.ids.length >= row.limit
    }
  }

  #leave(): void {
    const running = this.#batch.filter((row) => !row.done)
    const finished = this.#batch.length - running.length
    const steady = running.length > 0 && finished < this.#cache.leavingShare * this.#batch.length
    if (finished === 0 || steady) return
    for (const row of this.#batch) if (row.done) this.#cache.drop(row.slot)
    this.#batch = running
  }
}

function liveRows(requests: readonly SampleRequest[], maxTokens: number, contextLength: number): LiveRow[] {
  const rows: LiveRow[] = []
  for (const [group, { id, prompt, count, firstIndex = 0 }] of requests.entries()) {
    const limit = Math.min(maxTokens, contextLength - prompt.length)
    const idHash = hashText(id)
    for (let c = 0; c < count; c++) {
      const place = { group, slot: rows.length, idHash, index: firstIndex + c, limit }
      rows.push({ ids: [], logprobs: [], finish: 'length', done: limit <= 0, ...place })
    }
  }
  return rows
}

function promptOnly({ prompt }: SampleRequest): TokenGroup {
  return { prompt, completions: [] }
}
