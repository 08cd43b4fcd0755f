/** What a command is to `main.ts` and to its help, and what it gets: flags, streams, and models to run. */
import type { Adapter, Engine } from '../src/engine/engine.ts'
import type { Config } from '../src/mlpo/config/config.ts'
import type { Trainer, TrainerState } from '../src/mlpo/trainer/trainer.ts'
import type { Fetch } from '../src/mlpo/datasets/download.ts'
import type { FlagSet, Given } from './flags.ts'
import type { Io } from './io.ts'

export interface Command {
  readonly name: string
  /** One sentence for the list of commands. */
  readonly summary: string
  readonly usage: string
  readonly flags: FlagSet
  run(given: Given, context: Context): Promise<void>
}

export interface Context {
  readonly io: Io
  readonly models: Models
  /** The network, for data sets by address or by name on the hub. */
  readonly fetch: Fetch
  /** Where proposals are kept between runs. */
  readonly cacheFolder: string
}

export interface OpenedModel {
  readonly engine: Engine
  /** Changes when the weights do. */
  readonly fingerprint: string
  /** @throws AdapterMismatchError */
  checkAdapter(adapter: Adapter): void
}

export interface Models {
  /** In words: what computes. */
  readonly runsOn: string
  /** A path, or the name of an embedded model. Each call makes an engine of its own. @throws ContextLengthError */
  open(nameOrPath: string, config?: Pick<Config, 'max_model_length'>): Promise<OpenedModel>
  /** A PEFT folder. */
  readAdapter(folder: string): Promise<Adapter>
  /** With a state it goes on from there. */
  trainer(leader: Engine, config: Config, state?: TrainerState): Promise<Trainer>
}
