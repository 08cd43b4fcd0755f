/**
 * A run's files: checkpoints after every step (written beside, then renamed; the last two kept), metrics and
 * traces as JSON lines, and the adapter as a PEFT folder.
 */
import { appendFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Adapter } from '../src/engine/engine.ts'
import { writePeftAdapter } from '../src/engine/adapter/peft.ts'
import { readSession, SessionFileError, writeSession } from '../src/mlpo/session-file.ts'
import type { SessionEvent } from '../src/mlpo/session.ts'
import type { SessionState } from '../src/mlpo/session-state.ts'
import { InputError, type Io } from './io.ts'
import { readError } from './read-error.ts'

const kept = 2
const folderOf = (run: string) => join(run, 'checkpoints')
const nameOf = (step: number) => `step-${String(step).padStart(6, '0')}.run`

export async function saveCheckpoint(run: string, state: SessionState): Promise<void> {
  const folder = folderOf(run)
  await mkdir(folder, { recursive: true })
  await writeThenRename(join(folder, nameOf(state.step)), writeSession(state))
  const old = (await checkpointNames(run)).slice(kept)
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })))
}

/** The newest checkpoint that can be read; a damaged one is named and the one before it taken. @throws InputError */
export async function loadCheckpoint(run: string, io: Io): Promise<SessionState> {
  const names = await checkpointNames(run)
  if (names.length === 0)
    throw new InputError(`${run} holds no checkpoint to resume. Start a run with "lab train --out ${run}".`)
  let last: SessionFileError | null = null
  for (const name of names) {
    const file = join(folderOf(run), name)
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw readError(file, cause)
    })
    try {
      return readSession(new Uint8Array(bytes))
    } catch (error) {
      if (!(error instanceof SessionFileError)) throw error
      last = error
      io.note(`${file}: ${error.message}`)
    }
  }
  throw new InputError(`${run} holds no checkpoint that can be used: ${last?.message ?? ''}`)
}

/** Whether `loadCheckpoint` would find something to read. */
export async function hasCheckpoint(run: string): Promise<boolean> {
  return (await checkpointNames(run)).length > 0
}

/** A new run does not write over another one. @throws InputError */
export async function claimFolder(run: string): Promise<void> {
  if (await hasCheckpoint(run))
    throw new InputError(
      `${run} already holds a run. Continue it with --resume ${run}, or choose another folder.`,
    )
  await mkdir(run, { recursive: true }).catch((cause: unknown) => {
    throw readError(run, cause)
  })
}

export async function saveAdapter(run: string, adapter: Adapter): Promise<void> {
  for (const { name, bytes } of writePeftAdapter(adapter)) await writeThenRename(join(run, name), bytes)
}

export interface LinesFile {
  append(line: string): Promise<void>
}

/** `lines` are what a resumed run already has; a crash may have left more behind them. */
export async function openLines(file: string, lines: readonly string[] = []): Promise<LinesFile> {
  await writeFile(file, lines.map((line) => `${line}\n`).join('')).catch((cause: unknown) => {
    throw readError(file, cause)
  })
  return { append: (line) => appendFile(file, `${line}\n`) }
}

/** Completions of finished steps that the folder has; what a crash left of a later one is not among them. */
export async function pastRollouts(run: string, steps: number): Promise<string[]> {
  const text = (await textOf(join(run, 'rollouts.jsonl'))) ?? ''
  return text.split('\n').filter((line) => stepOf(line) <= steps)
}

/** Infinity where the line is not whole. */
function stepOf(line: string): number {
  try {
    const { step } = JSON.parse(line) as { readonly step?: unknown }
    return typeof step === 'number' ? step : Infinity
  } catch {
    return Infinity
  }
}

/** Newest first. */
async function checkpointNames(run: string): Promise<string[]> {
  const names = await readdir(folderOf(run)).catch(() => [])
  return names
    .filter((name) => /^step-\d+\.run$/.test(name))
    .sort()
    .reverse()
}

/** Whether the state after this event is to be saved. */
export function isToSave(event: SessionEvent): boolean {
  switch (event.type) {
    case 'stage':
      return false
    case 'sft':
      return event.stage.stage === 'sft-traces' || event.stage.stage === 'sft-update'
    case 'step-end':
    case 'evaluation':
      return true
  }
}

/** null where there is no such file. @throws InputError */
export async function textOf(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw readError(file, cause)
  })
}

/** A crash leaves the old file or the new one, never a part of one. */
export async function writeThenRename(file: string, bytes: Uint8Array | string): Promise<void> {
  const draft = `${file}.part`
  const handle = await open(draft, 'w').catch((cause: unknown) => {
    throw readError(file, cause)
  })
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}
