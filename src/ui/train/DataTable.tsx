/** The first rows of a file as they stand there, and which of its columns is what. */
import { useId } from 'react'
import { guessMapping, mappable } from '../../mlpo/datasets/column-mapping.ts'
import type { ColumnMapping, Mappable } from '../../mlpo/datasets/column-mapping.ts'
import type { DataFound, TablePreview } from '../../workers/protocol.ts'

const words: Readonly<Record<Mappable, string>> = {
  question: 'Question',
  answer: 'Right answer',
  choices: 'Options',
  id: 'Name of the question',
  family: 'Family',
  domain: 'Domain',
  answer_type: 'Type of the answer',
}

interface DataTableProps {
  readonly previews: readonly TablePreview[]
  readonly found: DataFound | null
  /** As chosen here; null = as the names suggest. */
  readonly mapping: ColumnMapping | null
  readonly map: (mapping: ColumnMapping) => void
}

export function DataTable({ previews, found, mapping, map }: DataTableProps) {
  const [first] = previews
  if (first === undefined) return null
  const known =
    found?.files.some(({ report }) => report.format !== 'questions and answers by column') === true
  return (
    <>
      <Preview preview={first} more={previews.length - 1} />
      <details className="data-columns" open={found === null || mapping !== null || undefined}>
        <summary>
          Which column is what
          {known && <span className="soft"> (not needed: the format is known)</span>}
        </summary>
        <Columns columns={first.columns} mapping={mapping} map={map} />
      </details>
    </>
  )
}

function Preview({
  preview: { file, columns, rows },
  more,
}: {
  readonly preview: TablePreview
  readonly more: number
}) {
  return (
    <div className="trial-table" role="region" aria-label={`First rows of ${file}`} tabIndex={0}>
      <table>
        <caption className="soft">
          First rows of {file}
          {more > 0 && `; ${more} more ${more === 1 ? 'file' : 'files'}`}
        </caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="mono">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type ColumnsProps = Pick<DataTableProps, 'mapping' | 'map'> & { readonly columns: readonly string[] }

function Columns({ columns, mapping, map }: ColumnsProps) {
  const id = useId()
  const suggested = guessMapping(columns)
  return (
    <div className="setting-fields data-mapping">
      {mappable.map((part) => {
        const guess = suggested[part]
        const value = mapping?.[part] ?? guess ?? ''
        const options = [...new Set([...(guess === undefined ? [] : [guess]), ...columns])]
        return (
          <div key={part} className="setting">
            <label htmlFor={`${id}-${part}`}>{words[part]}</label>
            <select
              id={`${id}-${part}`}
              className="field"
              value={value}
              onChange={({ target }) => map({ ...mapping, [part]: target.value })}
            >
              {value === '' && <option value="">none</option>}
              {options.map((column) => (
                <option key={column}>{column}</option>
              ))}
            </select>
          </div>
        )
      })}
    </div>
  )
}
