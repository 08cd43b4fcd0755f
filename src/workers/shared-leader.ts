/**
 * The leader's engine as the run and the questions share it: one at a time, and each finds the adapter that it set.
 * A question waits for the stage in progress, puts its own adapter on, and takes it off again.
 */
import type {
  Adapter,
  AdapterVersion,
  ChatMessage,
  Completion,
  Engine,
  SampledToken,
  SampleId,
  SampleOptions,
  SampleRequest,
  TokenIds,
} from '../engine/engine.ts'

export class SharedLeader implements Engine {
  readonly #engine: Engine
  /** What its user, the run or a guest, has set last. */
  #adapter: Adapter | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** Runs `work` when everyone before has finished, whether or not that succeeded. */
  turn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work)
    this.#last = result.catch(() => undefined)
    return result
  }

  /** Within a turn: `work` sees this adapter, the run's is back afterwards. */
  async borrow<T>(adapter: Adapter | null, work: () => Promise<T>): Promise<T> {
    await this.#engine.setAdapter(adapter)
    try {
      return await work()
    } finally {
      await this.#engine.setAdapter(this.#adapter)
    }
  }

  /** Within a turn: `work` sees the adapter that this guest, another face of the same engine, has set last. */
  lend<T>(guest: SharedLeader, work: () => Promise<T>): Promise<T> {
    return this.borrow(guest.#adapter, work)
  }

  get info() {
    return this.#engine.info
  }

  get can() {
    return this.#engine.can
  }

  get base() {
    return this.#engine.base
  }

  encode(text: string): TokenIds {
    return this.#engine.encode(text)
  }

  decode(ids: TokenIds): string {
    return this.#engine.decode(ids)
  }

  render(messages: readonly ChatMessage[]): TokenIds {
    return this.#engine.render(messages)
  }

  generate(
    prompt: TokenIds,
    options: SampleOptions & { readonly id: SampleId },
  ): AsyncIterable<SampledToken> {
    return this.#engine.generate(prompt, options)
  }

  sample(requests: readonly SampleRequest[], options: SampleOptions): Promise<Completion[][]> {
    return this.#engine.sample(requests, options)
  }

  score(
    pairs: readonly { readonly prompt: TokenIds; readonly completion: TokenIds }[],
  ): Promise<Float32Array[]> {
    return this.#engine.score(pairs)
  }

  setAdapter(adapter: Adapter | null): Promise<AdapterVersion> {
    this.#adapter = adapter
    return this.#engine.setAdapter(adapter)
  }

  dispose(): Promise<void> {
    return this.#engine.dispose()
  }
}
