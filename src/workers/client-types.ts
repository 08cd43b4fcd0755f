/**
 * The face of the workers to the page. Making a client starts no worker and fetches no engine: that happens at the
 * first `loadTeam`, so that a visitor who only looks downloads nothing. `client.ts` implements it; a scripted one
 * (`src/ui/testing`) stands in where the views are tried without models.
 */
import type { Config } from '../mlpo/config/config.ts'
import type { ColumnMapping } from '../mlpo/datasets/column-mapping.ts'
import type { CustomReward, ReadOutcome, RewardInput } from '../mlpo/rewards/custom.ts'
import type { Evaluation, Metrics } from '../mlpo/stages.ts'
import type { LeftOutQuestions } from '../mlpo/left-out-questions.ts'
import type { QuestionSet } from '../mlpo/question-set.ts'
import type { Kept, KeptKind } from '../storage/kept.ts'
import type { RunNotes, RunNotesChange } from '../storage/run-notes.ts'
import type { ReportLibrary } from './client-reports.ts'
import type { DataOrigin, DataReading, LeaderCommand, LeaderEvent, TeamReport, Wanted } from './protocol.ts'

/** What the page says; loading, and wiring the peers and the frame for reward code, is the client's own work. */
export type LabCommand = Exclude<LeaderCommand, { readonly type: 'load' | 'peer' | 'reward-frame' }>

/** The last run as storage has it, read without any engine, so that a reload shows it at once. */
export interface SavedRun {
  readonly runId: string
  readonly config: Config
  /** Finished steps. */
  readonly step: number
  readonly steps: readonly { readonly step: number; readonly metrics: Metrics }[]
  readonly evaluations: readonly Evaluation[]
  /** Name of the file that the leader's adapter came from, before any step; null where it began with a fresh one. */
  readonly adapter: string | null
  /** The code of its `custom_rewards`. */
  readonly rewards: readonly CustomReward[]
  /** Somebody's own; null = generated. */
  readonly questions: QuestionSet | null
  /** Somebody's own, which its file does not have: it goes on only when they are chosen again. */
  readonly leftOut: LeftOutQuestions | null
}

/** A run from elsewhere to go on with: what a recording knows of it after some step. */
export interface RunToTakeOver extends Omit<SavedRun, 'rewards' | 'questions' | 'leftOut'> {
  readonly cursor: number
  readonly evaluatedAt: number | null
  readonly modules: readonly {
    readonly path: string
    readonly inFeatures: number
    readonly outFeatures: number
  }[]
  /** `mlpo/recording/packed-state.ts`; null before the first step, where everything follows from the seed. */
  readonly packed: Uint8Array | null
}

/** A run that this browser keeps. */
export interface RunEntry {
  readonly runId: string
  /** Milliseconds since 1970, of its last checkpoint. */
  readonly savedAt: number
  readonly bytes: number
  readonly notes: RunNotes
  /** Why its notes cannot be read or changed; null where they can. */
  readonly notesProblem: string | null
  /** One per step, newest first; those that cannot be read are left out. */
  readonly checkpoints: readonly { readonly number: number; readonly step: number }[]
  /** As of the newest that can be read; null where none can, and then `problem` says why. */
  readonly state: SavedRun | null
  readonly problem: string | null
  /** Where a worker has it open, and writes it. */
  readonly openIn: OpenIn
}

/** null = nowhere. */
export type OpenIn = 'this tab' | 'another tab' | null

export interface Fork {
  readonly from: string
  /** Its number in the list of the run's checkpoints. */
  readonly checkpoint: number
  readonly to: string
  /** Of the new run: other settings than the run had, but the same leader and shape of adapter. */
  readonly config: Config
}

export interface ExportOptions {
  readonly questions: 'along' | 'left out'
}

export interface FileToSave {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Every run that this browser keeps; all of it without any worker. Rejects with an `ErrorValue`. */
export interface RunLibrary {
  /** Deleted ones too, for the day that they are kept. The last saved first. */
  list(): Promise<readonly RunEntry[]>
  /** What is not in the change stays as it is, whichever tab wrote it. */
  describe(runId: string, change: RunNotesChange): Promise<void>
  /** So that it can still be taken back. Refused while another tab has it open; waits until this one has left it. */
  remove(runId: string): Promise<void>
  openIn(runId: string): Promise<OpenIn>
  /** Resolves when no worker has it open; rejects when the signal fires. */
  whenFree(runId: string, signal: AbortSignal): Promise<void>
  /** Refused while it is open. */
  removeForGood(runId: string): Promise<void>
  /** Stores a new run that goes on from a checkpoint of another one, to be opened with `resume`. */
  fork(fork: Fork): Promise<SavedRun>
  /** All of it in one file (`run-bundle.ts`), to go on elsewhere or later; somebody's own questions only if wished. */
  exportRun(runId: string, options?: ExportOptions): Promise<FileToSave>
  /** The adapter of the newest checkpoint as PEFT writes it, in a zip. */
  exportAdapter(runId: string): Promise<FileToSave>
  /** Stores the run of an exported file as a new one. Nothing is stored of a file that is refused. */
  importRun(file: File): Promise<SavedRun>
  /** Stores an adapter as PEFT writes it as a run before its first step, with the settings given, its shape apart. */
  importAdapter(adapter: { readonly files: readonly File[]; readonly config: Config }): Promise<SavedRun>
  /** Stores a recorded run as an ordinary one, to be opened with `resume`. */
  takeOver(run: RunToTakeOver): Promise<SavedRun>
}

/** A model that this browser keeps. */
export interface StoredModel {
  /** What a configuration calls it. */
  readonly model: string
  /** Address that it came from. */
  readonly folder: string
  /** `page`: WebLLM's copy of one of the page's own models. `web`: a download. */
  readonly kind: 'page' | 'web'
  /** Of everything that has arrived. */
  readonly bytes: number
  /** Otherwise its download goes on from here when it is loaded the next time. */
  readonly isWhole: boolean
}

/** null where the browser does not tell. */
export interface StorageRoom {
  readonly usageBytes: number | null
  readonly quotaBytes: number | null
}

/** Everything that this site keeps, and what the browser says of it. */
export interface KeptReport {
  readonly kept: readonly Kept[]
  readonly room: StorageRoom
  /** Otherwise the browser may delete it to make room. */
  readonly isPersistent: boolean
}

/** Reward code to try on some completions, before a run. */
export interface RewardTrial {
  readonly reward: CustomReward
  readonly inputs: readonly RewardInput[]
  /** Of each call. */
  readonly timeLimitMs: number
}

/** Questions of somebody's own, wherever they are. */
export interface DataRequest {
  readonly origins: readonly DataOrigin[]
  /** null = as the columns' names suggest. */
  readonly mapping: ColumnMapping | null
  /** Of the run that they are for: its leader has to be able to read them. */
  readonly config: Config
}

export interface LabClient {
  readonly runs: RunLibrary
  readonly reports: ReportLibrary
  /** Needs no team. One outcome per input, up to the first that is no score; never rejects because of the code. */
  tryReward(trial: RewardTrial): Promise<readonly ReadOutcome[]>
  /** Only after a `loadTeam` of the same team has resolved; errors come back as `error` events, never thrown. */
  send(command: LabCommand): void
  /** The listener gets every event in order, from the main thread; the result unsubscribes. */
  subscribe(listener: (event: LeaderEvent) => void): () => void
  /** Resolves at once when this team is loaded already. Rejects with an `ErrorValue`; a later call tries again. */
  loadTeam(config: Config): Promise<TeamReport>
  /** Gives up a `loadTeam` under way, which then rejects; nothing half loaded stays. */
  cancelLoad(): void
  /** null when there is none, or when it cannot be read. */
  savedRun(): Promise<SavedRun | null>
  /** In a worker of its own, which ends with the signal. Needs no team. Rejects with an `ErrorValue`. */
  readData(request: DataRequest, options: { readonly signal: AbortSignal }): Promise<DataReading>
  /** Whole and half-done models, without any worker. These six reject with an `ErrorValue`. */
  storedModels(): Promise<readonly StoredModel[]>
  /** Refused while a team that has it is loaded or loading. */
  removeModel(model: string): Promise<void>
  /** What the page has stored, and may. */
  storageEstimate(): Promise<StorageRoom>
  /** Asks the browser not to delete anything to make room for others; resolves to its answer. */
  keepStorage(): Promise<boolean>
  keptThings(): Promise<KeptReport>
  /** Of these kinds everything; refused before anything is deleted while something of them is in use in any tab. */
  removeKept(kinds: readonly KeptKind[]): Promise<void>
  dispose(): void
}

export interface LabClientOptions {
  /** Folder of the embedded models, ending with a slash. */
  readonly modelBase: string
  readonly wanted: Wanted
}

export type CreateLabClient = (options: LabClientOptions) => LabClient
