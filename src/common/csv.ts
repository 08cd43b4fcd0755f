/** Tables as CSV (RFC 4180): a head, a line per row, every line ended by CR LF. An absent cell is empty. */
export type CsvCell = string | number | null | undefined

export function csvText<Column extends string>(
  columns: readonly Column[],
  rows: readonly Readonly<Partial<Record<Column, CsvCell>>>[],
): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column]))]
  return lines.map((line) => `${line.map(escaped).join(',')}\r\n`).join('')
}

function escaped(value: CsvCell): string {
  const text = String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
