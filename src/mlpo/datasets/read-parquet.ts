/** Parquet to rows, with every compression in use on the hub. Nested columns become objects and lists. */
import type { DataFile } from './data-file.ts'
import { DatasetFileError, type Row, type Table } from './rows.ts'

/** @throws DatasetFileError */
export async function readParquetTable(file: DataFile): Promise<Table> {
  const [{ parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ])
  const bytes = await file.bytes()
  // The library wants a buffer of its own; Node's bytes may be a window into a larger one, even after slice().
  const { buffer } = new Uint8Array(bytes)
  try {
    const metadata = await parquetMetadataAsync(buffer)
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name)
    const objects = await parquetReadObjects({ file: buffer, metadata, compressors })
    const rows = objects.map((values, i): Row => ({ number: i + 1, values: plainRecord(values) }))
    return { unit: 'row', columns, rows, problems: [], blank: 0, named: true }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new DatasetFileError(
      file.name,
      `cannot be read as Parquet: ${why}. Download it again, or convert it to JSON lines.`,
    )
  }
}

function plainRecord(values: Readonly<Record<string, unknown>>): Row['values'] {
  return Object.fromEntries(Object.entries(values).map(([column, value]) => [column, plain(value)]))
}

/** Whole numbers of 64 bits become numbers where they fit, dates their ISO spelling. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString()
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(plain)
  if (ArrayBuffer.isView(value)) return value
  if (typeof value === 'object' && value !== null)
    return plainRecord(Object.fromEntries(Object.entries(value)))
  return value
}
