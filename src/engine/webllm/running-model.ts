/** A model that WebLLM has loaded, by WebLLM's public face and what we see through it. */
import type { MLCEngine } from '@mlc-ai/web-llm'
import type { WebLlmInternals } from './internals.ts'
import type { LibraryFormat } from './library.ts'

export interface RunningModel {
  readonly id: string
  readonly engine: MLCEngine
  readonly internals: WebLlmInternals
  readonly logits: LogitTap
  readonly format: LibraryFormat
}

/** Sees the logits that WebLLM samples from, and the tokens that it drew; changes nothing. */
export class LogitTap {
  logits: Float32Array = new Float32Array(0)
  readonly sampled: number[] = []

  processLogits(logits: Float32Array): Float32Array {
    this.logits = logits
    return logits
  }

  processSampledToken(token: number): void {
    this.sampled.push(token)
  }

  resetState(): void {
    this.sampled.length = 0
  }
}
