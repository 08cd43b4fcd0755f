/** What a command is to `main.ts` and to its help: a name, its flags, and what it does. */
import type { FlagSet, Given } from './flags.ts'
import type { Io } from './io.ts'

export interface Command {
  readonly name: string
  /** One sentence for the list of commands. */
  readonly summary: string
  readonly usage: string
  readonly flags: FlagSet
  run(given: Given, io: Io): Promise<void>
}
