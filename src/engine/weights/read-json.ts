/** JSON and text files of a model folder, parsed into the shape that the caller's schema demands. */
import * as v from 'valibot'
import { ModelFileError } from '../engine.ts'
import type { FileAccess } from './file-access.ts'

export async function readText(files: FileAccess, name: string): Promise<string> {
  return new TextDecoder().decode(await files.read(name))
}

export async function readJson<S extends v.GenericSchema>(
  files: FileAccess,
  name: string,
  schema: S,
): Promise<v.InferOutput<S>> {
  const text = await readText(files, name)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ModelFileError(files.path(name), 'JSON', text === '' ? 'an empty file' : quote(text))
  }
  return parseWith(files.path(name), schema, json)
}

/** The parsed file, or null where the folder has none. */
export async function readOptionalJson(files: FileAccess, name: string): Promise<unknown> {
  return (await files.exists(name)) ? readJson(files, name, v.unknown()) : null
}

/** Like `v.parse`, with the first problem as a `ModelFileError`. */
export function parseWith<S extends v.GenericSchema>(
  file: string,
  schema: S,
  value: unknown,
): v.InferOutput<S> {
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  const [issue] = result.issues
  const where = v.getDotPath(issue)
  const expected = issue.expected?.replace(/^"(.*)"$/, '$1') ?? issue.message
  throw new ModelFileError(file, where ? `${where}: ${expected}` : expected, issue.received)
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)
}
