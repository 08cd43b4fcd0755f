/**
 * What people say about a run: name, colour, notes, and where it comes from. Kept apart from its checkpoints, because
 * another thread writes those. A change is made to what is stored at that moment, under a lock: two tabs that change two
 * things change both. Every change is a new file, so that a crash leaves the old one.
 */
import * as v from 'valibot'
import { existingFolder } from './checkpoints.ts'
import { isNotFound, readStored, unfinished, writeNew, type StoredFolder } from './folder.ts'
import { lockRunNotes, type LockRequester } from './locks.ts'

const currentVersion = 1
export const notesFolder = 'run-notes'
const longestName = 120
const longestText = 20_000
const longestSource = 400

const when = v.pipe(v.number(), v.minValue(0))
const notes = v.object({
  version: v.literal(currentVersion),
  /** '' = by its settings. */
  name: v.pipe(v.string(), v.maxLength(longestName)),
  /** Of the eight colours. */
  colour: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(7))),
  text: v.pipe(v.string(), v.maxLength(longestText)),
  /** Milliseconds since 1970; null where nobody noted it. */
  createdAt: v.nullable(when),
  /** The run that it goes on from, and after which step. */
  parent: v.nullable(v.object({ runId: v.string(), step: v.pipe(v.number(), v.integer(), v.minValue(0)) })),
  /** Where the run comes from when it was not made here. */
  source: v.nullable(v.pipe(v.string(), v.maxLength(longestSource))),
  /** Name of the file that its adapter came from, before any step; null where it began with a fresh one. */
  adapter: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(longestSource))), null),
  /** What it was begun on, in words. */
  device: v.nullable(v.pipe(v.string(), v.maxLength(longestSource))),
  deletedAt: v.nullable(when),
})

export type RunNotes = Readonly<v.InferOutput<typeof notes>>
export type RunNotesChange = Partial<Omit<RunNotes, 'version'>>

/** Of a run that nobody has said anything about. */
export const noNotes: RunNotes = {
  version: currentVersion,
  ...{
    name: '',
    colour: null,
    text: '',
    createdAt: null,
    parent: null,
    source: null,
    adapter: null,
    device: null,
    deletedAt: null,
  },
}

/** Notes that this version cannot read, and therefore does not change. */
export class RunNotesError extends Error {
  override readonly name = 'RunNotesError'
  constructor(
    readonly runId: string,
    readonly problem: string,
  ) {
    super(
      `The notes of this run cannot be read (${problem}), and are left as they are. Open the page in the version that ` +
        `wrote them to change them; the run itself can be used.`,
    )
  }
}

/** @throws RunNotesError */
export async function readRunNotes(root: StoredFolder, runId: string): Promise<RunNotes> {
  const folder = await folderOf(root, runId)
  if (folder === null) return noNotes
  // What an older one said is not what was meant last: a newer file that cannot be read hides none.
  const [newest] = await numbersIn(folder)
  const bytes = newest === undefined ? null : await readStored(folder, nameOf(newest))
  return bytes === null ? noNotes : parsed(runId, bytes)
}

/** @throws RunNotesError, StorageFullError */
export async function changeRunNotes(
  root: StoredFolder,
  runId: string,
  { change, locks }: { readonly change: RunNotesChange; readonly locks: LockRequester },
): Promise<RunNotes> {
  const release = await lockRunNotes(runId, locks)
  try {
    const held = await readRunNotes(root, runId)
    const changed = checked(runId, { ...held, ...change })
    const all = await root.getDirectoryHandle(notesFolder, { create: true })
    const folder = await all.getDirectoryHandle(runId, { create: true })
    const [newest = 0] = await numbersIn(folder)
    const bytes = new TextEncoder().encode(JSON.stringify(changed))
    await writeNew(folder, { name: nameOf(newest + 1), bytes, what: 'notes' })
    await tidy(folder, newest + 1)
    return changed
  } finally {
    release()
  }
}

export async function removeRunNotes(root: StoredFolder, runId: string): Promise<void> {
  const all = await existingFolder(root, notesFolder)
  await all?.removeEntry(runId, { recursive: true }).catch((error: unknown) => {
    if (!isNotFound(error)) throw error
  })
}

function parsed(runId: string, bytes: Uint8Array): RunNotes {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new RunNotesError(runId, 'they are damaged')
  }
  const version = v.safeParse(v.object({ version: v.number() }), json)
  if (version.success && version.output.version > currentVersion)
    throw new RunNotesError(runId, `they are of version ${version.output.version}`)
  return checked(runId, json)
}

function checked(runId: string, given: unknown): RunNotes {
  const result = v.safeParse(notes, given)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new RunNotesError(runId, `${v.getDotPath(issue) ?? 'the top'}: ${issue.message}`)
}

/** Drops older files, and what a crash left unfinished. */
async function tidy(folder: StoredFolder, newest: number): Promise<void> {
  const unwanted = (await numbersIn(folder)).filter((number) => number !== newest).map(nameOf)
  for await (const { name } of folder.values()) if (name.endsWith(unfinished)) unwanted.push(name)
  for (const name of unwanted) await folder.removeEntry(name)
}

async function folderOf(root: StoredFolder, runId: string): Promise<StoredFolder | null> {
  const all = await existingFolder(root, notesFolder)
  return all === null ? null : existingFolder(all, runId)
}

/** Newest first. */
async function numbersIn(folder: StoredFolder): Promise<number[]> {
  const numbers: number[] = []
  for await (const { name } of folder.values()) {
    const [, digits] = /^(\d+)\.json$/.exec(name) ?? []
    if (digits !== undefined) numbers.push(Number(digits))
  }
  return numbers.sort((a, b) => b - a)
}

function nameOf(number: number): string {
  return `${String(number).padStart(6, '0')}.json`
}
