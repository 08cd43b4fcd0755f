/** What the leader's worker is made of: a browser's parts in `leader.worker.ts`, fakes in tests. */
import type { Config } from '../mlpo/config/config.ts'
import type { Trainer, TrainerState } from '../mlpo/trainer/trainer.ts'
import type { StoredFolder } from '../storage/folder.ts'
import type { Release } from '../storage/locks.ts'
import type { LoadedModel, LoadRequest } from './load-model.ts'
import type { LeaderEvent } from './protocol.ts'
import type { ConnectedEngine } from './remote-engine.ts'

export interface LeaderParts {
  readonly send: (event: LeaderEvent) => void
  readonly loadModel: (request: LoadRequest) => Promise<LoadedModel>
  readonly connect: (port: MessagePort) => Promise<ConnectedEngine>
  readonly createTrainer: (
    model: LoadedModel,
    options: { readonly config: Config; readonly state: TrainerState | null },
  ) => Trainer
  readonly storage: () => Promise<StoredFolder>
  /** Until this worker or its page goes, or the result is called. */
  readonly lockRun: (runId: string) => Promise<Release>
  /** Milliseconds, from any origin. */
  readonly now: () => number
}
