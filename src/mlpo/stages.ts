/**
 * What the session yields: plain data only, so that it crosses threads, is saved with a run, and is drawn as it is.
 * A step is prompt → sample → score → advantage, then `num_iterations` × (loss → update) (MLPO §4).
 */
import type { AdapterVersion, TokenIds } from '../engine/engine.ts'
import type { Task } from './task.ts'

/** A peer's offline round-0 solution. */
export interface Proposal {
  /** Index of the peer in the team, not of the seat that it has in a prompt. */
  readonly peer: number
  readonly text: string
  /** Normalised answer; null = unparseable. */
  readonly answer: string | null
  readonly right: boolean
}

export interface StepPrompt {
  readonly task: Task
  /** Which of the stored samples of every peer stand in the prompt, 1…proposals_per_peer. */
  readonly variant: number
  /** 0: the peers' own proposals; 1: what they made of them on reading the leader. */
  readonly round: number
  /** In seat order ("Peer 1" first); null where the leader answers alone. */
  readonly proposals: readonly Proposal[] | null
  /** The messages, without what the chat template puts around them. */
  readonly promptText: string
  readonly promptIds: TokenIds
}

/** Why a leader's text has no answer; the message is a sentence for people. */
export interface Unparseable {
  readonly reason: string
}

export interface Rollout {
  readonly text: string
  readonly ids: TokenIds
  /** One text per token: joined they give `text` plus the end token's name. */
  readonly tokenTexts: readonly string[]
  /** Sampler's log-probabilities, nats, [token]. */
  readonly logprobs: readonly number[]
  readonly finish: 'stop' | 'length'
  readonly adapterVersion: AdapterVersion
  readonly thought: string | null
  readonly answer: string | null
  readonly unparseable: Unparseable | null
}

export interface Score {
  readonly right: boolean
  /** Raw value of every reward function, in the config's order; null = skipped. */
  readonly rewards: readonly (number | null)[]
  /** Σ w_j r_j; null when every function skipped. */
  readonly reward: number | null
}

export interface GroupAdvantage {
  readonly mean: number
  readonly std: number
  readonly advantages: readonly number[]
}

/** Per completion, arrays over its tokens. */
export interface TokenLoss {
  readonly logprobs: readonly number[]
  readonly oldLogprobs: readonly number[]
  readonly entropies: readonly number[]
  /** This token's part of the batch loss. */
  readonly losses: readonly number[]
  /** dLoss / dlogprob. */
  readonly gradients: readonly number[]
}

/** TRL's metric keys and ours (MLPO §7); numbers only. */
export type Metrics = Readonly<Record<string, number>>

export interface StepRecord {
  readonly step: number
  readonly metrics: Metrics
}

export type StageName = 'prompt' | 'sample' | 'score' | 'advantage' | 'loss' | 'update'

/** Arrays are [prompt] or [prompt][completion], in the order of the prompt stage. */
export type Stage = { readonly step: number } & (
  | { readonly stage: 'prompt'; readonly prompts: readonly StepPrompt[] }
  | { readonly stage: 'sample'; readonly groups: readonly (readonly Rollout[])[] }
  | {
      readonly stage: 'score'
      readonly functions: readonly string[]
      readonly weights: readonly number[]
      readonly groups: readonly (readonly Score[])[]
    }
  | { readonly stage: 'advantage'; readonly groups: readonly GroupAdvantage[] }
  | {
      readonly stage: 'loss'
      readonly iteration: number
      readonly loss: number
      readonly groups: readonly (readonly TokenLoss[])[]
    }
  | {
      readonly stage: 'update'
      readonly iteration: number
      readonly learningRate: number
      readonly gradNorm: number
      readonly gradClipped: boolean
      readonly adapterVersion: AdapterVersion
      /** Euclidean norms over all of A and B: of this update's change, and of the weights after it. */
      readonly updateNorm: number
      readonly weightNorm: number
      /** Only with the last iteration's update: everything measured in the step. */
      readonly metrics: Metrics | null
    }
)

/** A share with its 95 % interval (Wilson, or bootstrap over questions where several samples were drawn). */
export interface Share {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** One evaluation on held-out questions; every share is over the same `n` questions. */
export interface Evaluation {
  readonly step: number
  readonly n: number
  readonly decoding: 'greedy' | 'sampled'
  readonly leaderTeam: Share
  readonly leaderAlone: Share
  readonly majority: Share
  readonly bestPeer: Share
  /** Index of the peer that `bestPeer` is. */
  readonly bestPeerIndex: number
  readonly peers: readonly Share[]
  readonly oracle: Share
  /** Leader + team minus the vote, paired bootstrap over questions. */
  readonly gainOverMajority: Share
  /** Share of completions with both tags, once and in order. */
  readonly formatValid: number
  /** By family: leader + team and the vote. */
  readonly families: readonly {
    readonly family: string
    readonly n: number
    readonly leaderTeam: number
    readonly leaderAlone: number
    readonly majority: number
    /** [peer], round 0. */
    readonly peers: readonly number[]
    /** GSM8K's flexible-extract; the figures above are its strict-match. */
    readonly flexible?: {
      readonly leaderTeam: number
      readonly leaderAlone: number
      readonly peers: readonly number[]
    }
  }[]
  readonly detail?: EvaluationDetail
}

/** How the leader uses its team, over the same questions (MLPO §5). A value over nothing is null. */
export interface EvaluationDetail {
  /** Leader + team after each round, t = 0…T−1; the last one is `leaderTeam`. */
  readonly rounds: readonly Share[]
  /** By number k of peers that are right in round 0. */
  readonly byRightPeers: readonly {
    readonly k: number
    readonly n: number
    readonly leaderTeam: number | null
    readonly leaderAlone: number | null
    readonly majority: number | null
  }[]
  /** [peer]: how often the leader's answer is the peer's, where no other peer has that answer. */
  readonly copyRates: readonly (number | null)[]
  /** P(leader takes p | p right) − P(leader takes p | p wrong), within families. */
  readonly discrimination: number | null
  /** Share of questions with a unique plurality where the leader differs from it; and how often it is right then. */
  readonly overruleRate: number | null
  readonly overruleRight: number | null
  /** Mean tokens of a leader's completion with the team, last round. */
  readonly leaderTokens: number
  /** Share of questions on which two or more peers give the same wrong answer. */
  readonly sharedSlips: number
}

/** Progress of work that is not a stage: counted, never invented. */
export interface Progress {
  readonly what: 'download' | 'load' | 'proposals' | 'traces' | 'sample' | 'evaluate' | 'loss'
  readonly label: string
  readonly done: number
  readonly total: number
  readonly unit:
    | 'bytes'
    | 'solutions'
    | 'tokens'
    | 'questions'
    | 'models'
    | 'kernels'
    | 'completions'
    | 'steps'
    | 'generations'
}

/** What has been spent on a question; `budget.ts` adds up. */
export interface Budget {
  /** Texts that a model wrote. */
  readonly generations: number
  readonly generatedTokens: number
  /** Prompt and completion of every generation. */
  readonly processedTokens: number
}

/** What one question's rounds yield, for the Arena (MLPO §1). Speakers: seat 0…K−1, or the leader. */
export type Speaker = number | 'leader'
export type RoundEvent =
  | { readonly kind: 'round'; readonly round: number; readonly rounds: number }
  | { readonly kind: 'text'; readonly round: number; readonly speaker: Speaker; readonly delta: string }
  | {
      readonly kind: 'answer'
      readonly round: number
      readonly speaker: Speaker
      readonly text: string
      readonly thought: string | null
      readonly answer: string | null
      readonly unparseable: Unparseable | null
      /** null where the gold answer is not known. */
      readonly right: boolean | null
      readonly tokens: number
      readonly promptTokens: number
      readonly elapsedMs: number
    }
  | {
      readonly kind: 'done'
      readonly answer: string | null
      readonly right: boolean | null
      /** Plurality of the last round's peer answers; null on a tie or without any. */
      readonly vote: string | null
      /** Of these rounds; those of the history were paid for before. */
      readonly budget: Budget
    }
