/**
 * The command line as a function: arguments and streams in, exit code out. Whatever goes wrong with the input ends in
 * one line on stderr that says what and why; a stack is for faults of ours only, and on request (`LAB_DEBUG=1`).
 */
import { nearestName } from '../src/common/nearest.ts'
import type { Command, Context } from './command.ts'
import { ask } from './commands/ask.ts'
import { compare } from './commands/compare.ts'
import { convert } from './commands/convert.ts'
import { data } from './commands/data.ts'
import { evaluate } from './commands/evaluate.ts'
import { proposals } from './commands/proposals.ts'
import { record } from './commands/record.ts'
import { score } from './commands/score.ts'
import { sft } from './commands/sft.ts'
import { sweep } from './commands/sweep.ts'
import { tasks } from './commands/tasks.ts'
import { train } from './commands/train.ts'
import { readFlags } from './flags.ts'
import { helpOf, overview } from './help.ts'
import { InputError, UsageError } from './io.ts'
import { version } from './version.ts'

export const commands: readonly Command[] = [
  train,
  ask,
  evaluate,
  compare,
  sweep,
  score,
  tasks,
  data,
  proposals,
  sft,
  convert,
  record,
]

export type ExitCode = 0 | 1 | 2 | 130

export async function main(args: readonly string[], context: Context): Promise<ExitCode> {
  const { io } = context
  try {
    await dispatch(args, context)
    return 0
  } catch (error) {
    if (io.signal.aborted) {
      io.note(`lab: ${error instanceof InputError ? error.message : 'stopped.'}`)
      return 130
    }
    io.note(`lab: ${oneLine(error)}`)
    if (process.env['LAB_DEBUG'] === '1' && error instanceof Error) io.note(error.stack ?? '')
    return error instanceof UsageError ? 2 : 1
  }
}

async function dispatch(args: readonly string[], context: Context): Promise<void> {
  const [name, ...rest] = args
  const { io } = context
  if (name === undefined) throw new UsageError(`a command is needed: ${names().join(', ')}. See "lab help".`)
  if (name === '--version' || name === 'version') return io.out(version)
  if (name === 'help' || name === '--help' || name === '-h') return io.out(helpFor(rest[0]))
  const command = commandNamed(name)
  if (rest.includes('--help') || rest.includes('-h')) return io.out(helpOf(command))
  await command.run(readFlags(rest, command.flags), context)
}

function helpFor(name: string | undefined): string {
  return name === undefined ? overview(commands) : helpOf(commandNamed(name))
}

function commandNamed(name: string): Command {
  const command = commands.find((candidate) => candidate.name === name)
  if (command !== undefined) return command
  throw new UsageError(`"${name}" is not a command. Did you mean ${nearestName(name, [...names(), 'help'])}?`)
}

function names(): string[] {
  return commands.map(({ name }) => name)
}

/** A message of several lines, such as a list of problems, on one. */
function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, '; ')
}
