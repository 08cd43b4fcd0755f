/**
 * What phase 1 makes and yields (MLPO §3): traces, what became of each question, and its two kinds of turn: one chunk of
 * questions (`sft-sample` → `sft-traces`) and one update (`sft-loss` → `sft-update`). Plain data, as in `stages.ts`.
 */
import type { TokenIds } from '../engine/engine.ts'
import type { Metrics, Rollout, StepPrompt, StepRecord } from './stages.ts'

/** What the leader learns to write after a prompt. */
export interface Trace {
  readonly prompt: StepPrompt
  /** `kept`: a completion of the leader as it is. `merged`: one that goes wrong, notices it and turns back. */
  readonly kind: 'kept' | 'merged'
  readonly text: string
  /** With the end token. */
  readonly ids: TokenIds
  /** The leader's own completions that it is made of; `wrong` is null where it is a kept one. */
  readonly wrong: string | null
  readonly right: string
}

/** Why there is no trace although a completion was right; reads on after "rejected:". */
export type Rejection =
  /** Every right completion ran into the limit: it would teach no end. */
  | 'no end'
  /** No wrong completion has a thought that can be read. */
  | 'no wrong thought'
  /** Only the answer of the wrong completion is wrong, not its thought: there is nothing to notice. */
  | 'no wrong step'
  /** Not one thought and one answer, in this order. */
  | 'unparseable'
  | 'not right'
  | 'too long'
  /** Its tokens decode to another text. */
  | 'not encodable'

/** What became of one question. */
export type TraceOutcome = {
  readonly task: string
  /** Right completions, of how many. */
  readonly right: number
  readonly of: number
} & (
  | { readonly outcome: 'dropped' }
  | { readonly outcome: 'kept' | 'merged'; readonly trace: Trace }
  | { readonly outcome: 'rejected'; readonly reason: Rejection; readonly text: string | null }
)

/** The parts add up to `prompts`. */
export interface TraceCounts {
  /** Questions tried. */
  readonly prompts: number
  /** None of their completions was right. */
  readonly dropped: number
  readonly kept: number
  readonly merged: number
  readonly rejected: Readonly<Partial<Record<Rejection, number>>>
}

/** Arrays are [prompt] or [prompt][completion], or, in a loss, [trace] in the order of `traces`. */
export type SftStage =
  | {
      readonly stage: 'sft-sample'
      readonly prompts: readonly StepPrompt[]
      readonly groups: readonly (readonly Rollout[])[]
    }
  | {
      readonly stage: 'sft-traces'
      readonly outcomes: readonly TraceOutcome[]
      /** Over all chunks so far. */
      readonly counts: TraceCounts
      /** Questions still to be tried; fewer if the easy filter drops some. */
      readonly left: number
    }
  | {
      readonly stage: 'sft-loss'
      /** From 1. */
      readonly step: number
      readonly steps: number
      readonly loss: number
      /** Indexes into the traces. */
      readonly traces: readonly number[]
      /** Nats, [trace][token]. */
      readonly logprobs: readonly (readonly number[])[]
      readonly entropies: readonly (readonly number[])[]
    }
  | {
      readonly stage: 'sft-update'
      readonly step: number
      readonly steps: number
      readonly learningRate: number
      readonly gradNorm: number
      readonly gradClipped: boolean
      readonly updateNorm: number
      readonly weightNorm: number
      readonly metrics: Metrics
    }

/** Phase 1 between two turns, as a part of the session's state. */
export interface SftState {
  readonly phase: 'traces' | 'updates' | 'done'
  /** Questions taken from the order, those that the easy filter drops included. */
  readonly cursor: number
  readonly counts: TraceCounts
  readonly traces: readonly Trace[]
  /** Updates done. */
  readonly step: number
  /** Of every update, oldest first. */
  readonly history: readonly StepRecord[]
}

export const freshSft: SftState = {
  phase: 'traces',
  cursor: 0,
  counts: { prompts: 0, dropped: 0, kept: 0, merged: 0, rejected: {} },
  traces: [],
  step: 0,
  history: [],
}
