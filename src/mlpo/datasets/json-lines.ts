/** JSON, one value per line. A bad line is named and left out; the rest is kept. Empty lines do not count. */
import * as v from 'valibot'
import { quote, type LineProblem } from './rows.ts'

export interface JsonLines<Row> {
  readonly rows: readonly { readonly line: number; readonly value: Row }[]
  readonly problems: readonly LineProblem[]
}

export function readJsonLines<Schema extends v.GenericSchema>(
  text: string,
  schema: Schema,
): JsonLines<v.InferOutput<Schema>> {
  const rows: { line: number; value: v.InferOutput<Schema> }[] = []
  const problems: LineProblem[] = []
  for (const [index, content] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (content.trim() === '') continue
    const line = index + 1
    const read = readLine(content, schema)
    if (read.success) rows.push({ line, value: read.value })
    else problems.push({ line, reason: read.reason })
  }
  return { rows, problems }
}

type ReadLine<Row> =
  { readonly success: true; readonly value: Row } | { readonly success: false; readonly reason: string }

function readLine<Schema extends v.GenericSchema>(
  content: string,
  schema: Schema,
): ReadLine<v.InferOutput<Schema>> {
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch {
    return { success: false, reason: `is not JSON: ${quote(content.trim())}` }
  }
  const parsed = v.safeParse(schema, json)
  if (parsed.success) return { success: true, value: parsed.output }
  const [issue] = parsed.issues
  const where = v.getDotPath(issue)
  return {
    success: false,
    reason: where === null ? `is wrong: ${issue.message}` : `has a wrong "${where}": ${issue.message}`,
  }
}
