/**
 * The folder of many runs (`lab compare`, `lab sweep`): what they are runs of, written once and checked ever after, so
 * that a resumed command never mixes runs of other settings; and results, one file per run.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { textOf, writeThenRename } from './checkpoints.ts'
import { InputError } from './io.ts'
import { readError } from './read-error.ts'
import { defaultOf } from '../src/mlpo/config/config.ts'
import { isKey } from '../src/mlpo/config/fields.ts'

type Setup = Readonly<Record<string, unknown>>

/** @throws InputError when the folder holds runs of another setup */
export async function openRunFolder(
  folder: string,
  { name, setup }: { readonly name: string; readonly setup: Setup },
): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw readError(folder, cause)
  })
  const file = join(folder, name)
  const text = await textOf(file)
  if (text === null) return writeThenRename(file, `${JSON.stringify(setup, null, 2)}\n`)
  const saved = withNewSettings(setupOf(file, text), setup)
  const keys = [...new Set([...Object.keys(saved), ...Object.keys(setup)])]
  const changed = keys.find((key) => JSON.stringify(saved[key]) !== JSON.stringify(setup[key]))
  if (changed === undefined) return
  const [was, is] = [saved, setup].map((of) => (changed in of ? JSON.stringify(of[changed]) : 'absent'))
  throw new InputError(
    `${folder} holds runs whose ${changed} is ${was ?? ''}, but ${is ?? ''} was given. Choose another --out.`,
  )
}

/** A folder that is older than a setting holds runs at that setting's default. */
function withNewSettings(saved: Setup, setup: Setup): Setup {
  const added = Object.keys(setup).flatMap((key) =>
    isKey(key) && !(key in saved) ? [[key, defaultOf(key, saved)] as const] : [],
  )
  return { ...saved, ...Object.fromEntries(added) }
}

/** Rows as JSON lines. */
export function jsonLines(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('')
}

function setupOf(file: string, text: string): Setup {
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null) return json as Setup
  } catch {
    // Said below.
  }
  throw new InputError(`${file} is damaged. Delete it if its folder holds runs of this very command.`)
}
