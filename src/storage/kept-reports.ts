/**
 * Evaluation reports that this browser keeps: one file each, whose first line says when and of what it is, so that a list
 * reads no report. What stands behind that line is the caller's business, who checks it when it is read.
 */
import * as v from 'valibot'
import { existingFolder } from './checkpoints.ts'
import { isNotFound, readStored, writeNew, type StoredFolder } from './folder.ts'

export const reportsFolder = 'reports'
const ending = '.report'
const longestHead = 4000

const head = v.object({
  version: v.literal(1),
  /** Milliseconds since 1970. */
  savedAt: v.pipe(v.number(), v.minValue(0)),
  /** null for the untrained leader. */
  runId: v.nullable(v.string()),
  /** Of what it is, for people. */
  title: v.pipe(v.string(), v.maxLength(300)),
  /** How many seeds it was to have. */
  seeds: v.number(),
  /** Steps behind the trained leader; null where that is not known, and without one. */
  steps: v.nullable(v.number()),
})

export type ReportHead = Readonly<Omit<v.InferOutput<typeof head>, 'version'>>

export interface KeptReportEntry extends ReportHead {
  readonly id: string
  readonly bytes: number
}

/** The newest first. Files whose first line cannot be read are left out, and left alone. */
export async function keptReports(root: StoredFolder): Promise<readonly KeptReportEntry[]> {
  const folder = await existingFolder(root, reportsFolder)
  const found: KeptReportEntry[] = []
  if (folder === null) return found
  for await (const entry of folder.values()) {
    if (entry.kind !== 'file' || !entry.name.endsWith(ending)) continue
    const file = await entry.getFile()
    const read = headOf(await file.slice(0, longestHead).text())
    if (read !== null) found.push({ ...read, id: entry.name.slice(0, -ending.length), bytes: file.size })
  }
  return found.sort((a, b) => b.savedAt - a.savedAt)
}

/** @throws StorageFullError */
export async function keepReport(
  root: StoredFolder,
  { id, about, text }: { readonly id: string; readonly about: ReportHead; readonly text: string },
): Promise<void> {
  const folder = await root.getDirectoryHandle(reportsFolder, { create: true })
  const written = `${JSON.stringify({ version: 1, ...about })}\n${text}`
  await writeNew(folder, {
    name: `${id}${ending}`,
    bytes: new TextEncoder().encode(written),
    what: 'report',
  })
}

/** null when it is gone. */
export async function readKeptReport(root: StoredFolder, id: string): Promise<string | null> {
  const folder = await existingFolder(root, reportsFolder)
  const bytes = folder === null ? null : await readStored(folder, `${id}${ending}`)
  if (bytes === null) return null
  const text = new TextDecoder().decode(bytes)
  return text.slice(text.indexOf('\n') + 1)
}

/** Does nothing where there is none. */
export async function removeKeptReport(root: StoredFolder, id: string): Promise<void> {
  const folder = await existingFolder(root, reportsFolder)
  await folder?.removeEntry(`${id}${ending}`).catch((error: unknown) => {
    if (!isNotFound(error)) throw error
  })
}

function headOf(start: string): ReportHead | null {
  try {
    const { output, success } = v.safeParse(head, JSON.parse(start.split('\n')[0] ?? ''))
    if (!success) return null
    const { version: _version, ...rest } = output
    return rest
  } catch {
    return null
  }
}
