/**
 * Every message between threads: one discriminated union per direction, plain data, each with the run or question
 * that it belongs to. `client.ts` speaks this on the main thread, `leader.worker.ts` and `peer.worker.ts` below it.
 */
import type {
  Adapter,
  AdapterVersion,
  Capabilities,
  Completion,
  ModelInfo,
  SampleId,
  SampledToken,
  SampleRequest,
  TokenIds,
} from '../engine/engine.ts'
import type { CustomReward } from '../mlpo/rewards/custom.ts'
import type { EvaluationPlan } from '../mlpo/evaluation/plans.ts'
import type { EvaluationReport } from '../mlpo/evaluation/report.ts'
import type { SftStage, SftState } from '../mlpo/sft-stages.ts'
import type { Evaluation, Progress, RoundEvent, Stage } from '../mlpo/stages.ts'
import type { FileReport, DatasetReport } from '../mlpo/datasets/report.ts'
import type { ColumnMapping } from '../mlpo/datasets/column-mapping.ts'
import type { QuestionSet } from '../mlpo/question-set.ts'
import type { Config } from '../mlpo/config/config.ts'
import type { Task } from '../mlpo/task.ts'

/** Errors cross the border as values; `action` says what to do next. */
export interface ErrorValue {
  readonly name: string
  readonly message: string
  /** Technical detail on demand; never needed to understand `message`. */
  readonly detail: string | null
}

/** What tfjs computes on: under engine `tfjs` the models and the trainer, under `webllm` the trainer alone. */
export type BackendName = 'wasm' | 'webgpu'
/** What runs the language models. */
export type EngineName = 'webllm' | 'tfjs'

/** Whose model library WebLLM runs a model with: this app's, or WebLLM's ready-made one. */
export type LibraryName = 'own' | 'prebuilt'

/** What the address asks for; null = what follows from device and model. */
export interface Wanted {
  readonly engine: EngineName | null
  readonly backend: BackendName | null
  readonly library: LibraryName | null
}

/** What this browser can do and what was chosen because of it, for the device chip. */
export interface DeviceReport {
  readonly engine: EngineName
  readonly backend: BackendName
  readonly threads: number
  /** One sentence: why this engine on this backend. */
  readonly because: string
}

export interface TeamReport {
  readonly device: DeviceReport
  readonly leader: ModelReport
  readonly peers: readonly (ModelReport & { readonly name: string })[]
}

export interface ModelReport {
  readonly id: string
  readonly parameters: number
  /** null under an engine without model libraries. */
  readonly library: LibraryName | null
}

export type RunMode = 'loading' | 'running' | 'paused' | 'finished' | 'failed'
/**
 * `stage` and `step` go on to the end of the next stage or of the step and pause there, also out of a running run. In
 * phase 1 a step is a chunk of traces, or an update.
 * `stop` ends the run: mode `finished`, checkpoint and adapter stay.
 */
export type RunControl = 'run' | 'pause' | 'stage' | 'step' | 'stop'

export type LeaderCommand =
  /** Loads the team if its models are not loaded yet. The peers' ports come before, by `peer`, one per distinct model. */
  | {
      readonly type: 'load'
      readonly config: Config
      readonly modelBase: string
      readonly wanted: Wanted
    }
  | { readonly type: 'peer'; readonly model: string; readonly port: MessagePort }
  /** The end of a frame that runs reward code, before the `open` of a run that needs one. */
  | { readonly type: 'reward-frame'; readonly port: MessagePort }
  /** Starts a run paused before its first step, or continues the saved one with the same id. */
  | {
      readonly type: 'open'
      readonly runId: string
      readonly config: Config
      readonly resume: boolean
      /** The code of `custom_rewards`; a saved run has its own, which takes the place of what is left out here. */
      readonly rewards?: readonly CustomReward[]
      /** To train on and to be tested on, in place of a saved run's; null = generated ones. */
      readonly questions?: QuestionSet | null
    }
  | { readonly type: 'control'; readonly runId: string; readonly control: RunControl }
  | {
      readonly type: 'ask'
      readonly askId: string
      readonly config: Config
      /** Gold may be absent for a typed question. */
      readonly task: Omit<Task, 'answer' | 'key'> & { readonly answer: string | null }
      /** To add to `history`. */
      readonly rounds: number
      /** `trained` = the adapter of the open run; the page opens a saved one (paused) before it asks for it. */
      readonly adapter: 'base' | 'trained'
      readonly seed: number
      /** The rounds that the asker has already; the next is number `history.length`. Same seed, same texts. */
      readonly history: readonly RoundHistory[]
      /** By seat: stand as the peers' solutions of the first new round, so that only the leader writes. */
      readonly given?: readonly string[]
    }
  /** Everything that MLPO §5 measures, on held-out questions of the dev split. Refused while a run is running. */
  | {
      readonly type: 'evaluate'
      readonly askId: string
      readonly config: Config
      readonly plan: EvaluationPlan
      /** `trained` = the untrained leader against the adapter of the open run; `base` = the untrained one alone. */
      readonly adapter: 'base' | 'trained'
      /** In place of generated ones. */
      readonly questions?: QuestionSet | null
    }
  /** Ends a question or an evaluation. */
  | { readonly type: 'cancel'; readonly askId: string }

/** The texts of a finished round, to ask for one more. */
export interface RoundHistory {
  readonly peers: readonly string[]
  readonly leader: string
}

export type LeaderEvent =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'team'; readonly team: TeamReport }
  | { readonly type: 'mode'; readonly runId: string; readonly mode: RunMode; readonly step: number }
  | { readonly type: 'stage'; readonly runId: string; readonly stage: Stage; readonly elapsedMs: number }
  /** Phase 1, before the first step. */
  | { readonly type: 'sft'; readonly runId: string; readonly stage: SftStage; readonly elapsedMs: number }
  | { readonly type: 'evaluation'; readonly runId: string; readonly evaluation: Evaluation }
  | { readonly type: 'checkpoint'; readonly runId: string; readonly step: number; readonly bytes: number }
  /** History of a resumed run: traces, metrics and evaluations up to the checkpoint. */
  | {
      readonly type: 'history'
      readonly runId: string
      readonly config: Config
      /** null in a run without phase 1. */
      readonly sft: SftState | null
      readonly steps: readonly { readonly step: number; readonly metrics: Readonly<Record<string, number>> }[]
      readonly evaluations: readonly Evaluation[]
    }
  | { readonly type: 'round'; readonly askId: string; readonly event: RoundEvent }
  /** An evaluation goes on: so much has been made, of about so much. */
  | {
      readonly type: 'evaluating'
      readonly askId: string
      readonly label: string
      readonly generations: number
      readonly about: number
    }
  /** After each seed: the report over the seeds so far. With the last one it is whole. */
  | { readonly type: 'evaluated'; readonly askId: string; readonly report: EvaluationReport }
  /** The ask or the evaluation is over: done or cancelled. After a failure comes `error` with its `askId` instead. */
  | { readonly type: 'asked'; readonly askId: string }
  | {
      readonly type: 'error'
      readonly runId: string | null
      readonly askId: string | null
      readonly error: ErrorValue
    }

export type PeerCommand =
  | {
      readonly type: 'load'
      readonly model: string
      readonly modelBase: string
      readonly wanted: Wanted
      /** Tokens; null = the model's own, within reason. */
      readonly contextLength: number | null
    }
  | { readonly type: 'port'; readonly port: MessagePort }

export type PeerEvent =
  | { readonly type: 'progress'; readonly progress: Progress }
  | {
      readonly type: 'ready'
      readonly model: string
      readonly parameters: number
      readonly device: DeviceReport
    }
  | { readonly type: 'error'; readonly error: ErrorValue }

/** Where questions are from: a file, a text that was pasted, or an address or name on the hub. */
export type DataOrigin =
  | { readonly kind: 'file'; readonly file: File }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }

/** To the worker that reads data sets; each reading has a worker of its own. */
export interface DataCommand {
  readonly origins: readonly DataOrigin[]
  readonly mapping: ColumnMapping | null
  readonly config: Config
  readonly modelBase: string
}

export type DataEvent =
  | { readonly type: 'data'; readonly reading: DataReading }
  | { readonly type: 'error'; readonly error: ErrorValue }

/** What is in some files, and what a run would make of it. */
export interface DataReading {
  /** First rows as they stand there; of what cannot be used, too, so that a mapping can be chosen. */
  readonly previews: readonly TablePreview[]
  /** null where nothing can be used; then `problem` says why. */
  readonly found: DataFound | null
  readonly problem: ErrorValue | null
}

export interface TablePreview {
  readonly file: string
  readonly columns: readonly string[]
  /** Cells as texts, cut short. */
  readonly rows: readonly (readonly string[])[]
}

export interface DataFound {
  /** Its lists of problems and repetitions are cut short; the counts beside it are of all. */
  readonly report: Omit<DatasetReport, 'files'>
  readonly files: readonly DataFileFound[]
  readonly questions: QuestionSet
  /** null where the leader's tokenizer is not at hand. */
  readonly leader: LeaderReading | null
}

export interface DataFileFound {
  readonly report: FileReport
  readonly problems: number
  readonly repeats: number
}

/** How the leader would read the questions. */
export interface LeaderReading {
  readonly model: string
  /** Tokens that a question may have beside proposals and completion. */
  readonly limit: number
  /** Longer ones, which are left out. */
  readonly tooLong: number
  /** With words that the model has to spell. */
  readonly spelt: number
  /** Of those, for people. */
  readonly words: readonly string[]
}

/** `SampleOptions` without what stays on its own side. */
export interface PlainSampleOptions {
  readonly maxTokens: number
  readonly temperature: number
  readonly topK: number
  readonly topP: number
  readonly minP: number
  readonly seed: number
}

/** To an engine in another worker; `call` names the request until its `result` or `failed`. */
export type EngineRequest =
  | {
      readonly type: 'generate'
      readonly call: number
      readonly id: SampleId
      readonly prompt: TokenIds
      readonly options: PlainSampleOptions
    }
  | {
      readonly type: 'sample'
      readonly call: number
      readonly requests: readonly SampleRequest[]
      readonly options: PlainSampleOptions
    }
  | {
      readonly type: 'score'
      readonly call: number
      readonly pairs: readonly { readonly prompt: TokenIds; readonly completion: TokenIds }[]
    }
  | { readonly type: 'setAdapter'; readonly call: number; readonly adapter: Adapter | null }
  | { readonly type: 'cancel'; readonly call: number }

/** What came of a call: the value that the engine's method of that name resolves to. */
export type EngineResult =
  | { readonly of: 'generate' }
  | { readonly of: 'sample'; readonly completions: Completion[][] }
  | { readonly of: 'score'; readonly logprobs: Float32Array[] }
  | { readonly of: 'setAdapter'; readonly version: AdapterVersion }

export type EngineReply =
  /** First of all: what the other side needs to encode and decode by itself, as these cannot wait for an answer. */
  | {
      readonly type: 'hello'
      readonly info: ModelInfo
      readonly can: Capabilities
      readonly tokenizer: unknown
      readonly tokenizerConfig: unknown
      /** Changes when the weights do: proposals are cached by it. */
      readonly fingerprint: string
      readonly library: LibraryName | null
    }
  | { readonly type: 'token'; readonly call: number; readonly token: SampledToken }
  | { readonly type: 'sampled'; readonly call: number; readonly tokens: number }
  | { readonly type: 'result'; readonly call: number; readonly result: EngineResult }
  | { readonly type: 'failed'; readonly call: number; readonly error: EngineErrorValue }

/** With the data of an engine's own errors, so that the other side can throw the same class. */
export interface EngineErrorValue extends ErrorValue {
  readonly data: readonly (string | number)[]
}
