/**
 * The one sequence of tokens that a loaded model holds, by WebLLM's public face alone and so under any model library.
 * Stateful: one call at a time.
 */
import type { Engine, TokenIds } from '../engine.ts'
import { tokenLogprob } from '../llama/sampling.ts'
import type { RunningModel } from './running-model.ts'

export interface Sequence {
  /** Starts over with this prompt; gives the logits after it. */
  start(prompt: TokenIds): Promise<Float32Array>
  /** Appends a token; gives the logits after it. */
  append(token: number): Promise<Float32Array>
  /** Forgets what was appended since `start`; gives the logits after its prompt again. */
  rewind(): Promise<Float32Array>
  /**
   * Log-probabilities of the completions at temperature 1, nats, [pair][token]; pairs with the same prompt should stand
   * together.
   */
  score(pairs: Parameters<Engine['score']>[0], signal: AbortSignal): Promise<Float32Array[]>
}

/** Computes the prompt again for each completion, and scores token by token. */
export class PublicSequence implements Sequence {
  readonly #model: Pick<RunningModel, 'id' | 'engine' | 'logits'>
  #prompt: TokenIds = []

  constructor(model: Pick<RunningModel, 'id' | 'engine' | 'logits'>) {
    this.#model = model
  }

  async start(prompt: TokenIds): Promise<Float32Array> {
    this.#prompt = prompt
    await this.clear()
    return this.#forward(prompt)
  }

  append(token: number): Promise<Float32Array> {
    return this.#forward([token])
  }

  rewind(): Promise<Float32Array> {
    return this.start(this.#prompt)
  }

  async score(pairs: Parameters<Engine['score']>[0], signal: AbortSignal): Promise<Float32Array[]> {
    const scores: Float32Array[] = []
    for (const { prompt, completion } of pairs) {
      const logprobs = new Float32Array(completion.length)
      let logits = completion.length > 0 ? await this.start(prompt) : null
      for (const [t, token] of completion.entries()) {
        signal.throwIfAborted()
        const before = completion[t - 1]
        if (before !== undefined) logits = await this.append(before)
        if (logits !== null) logprobs[t] = tokenLogprob(logits, token)
      }
      scores.push(logprobs)
    }
    return scores
  }

  protected clear(): Promise<void> {
    return this.#model.engine.resetChat(false, this.#model.id)
  }

  async #forward(ids: TokenIds): Promise<Float32Array> {
    const { engine, id, logits } = this.#model
    await engine.forwardTokensAndSample([...ids], ids.length > 1, id)
    return logits.logits
  }
}
