/** One section of a report: what it says in words, its figure, and every number of it as a table. */
import { useId, useRef, useState } from 'react'
import type { Decoding } from '../../mlpo/evaluation/report.ts'
import type { ReportSection, SectionTable } from '../../mlpo/evaluation/sections.ts'
import { TermText } from '../glossary/Term.tsx'
import { reportTerms } from './reportTerms.ts'
import { savePng, saveSvg } from './saveFigure.ts'

export interface FigureSectionProps {
  readonly section: ReportSection
  /** Part of the names of saved figures. */
  readonly decoding: Decoding
}

export function FigureSection({ section, decoding }: FigureSectionProps) {
  const { title, figure, note, words, tables } = section
  const id = useId()
  return (
    <section className="figure-section card" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {words.length > 0 && (
        <ul className="figure-words">
          {words.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {figure === null ? (
        <Tables tables={tables} />
      ) : (
        <Figure section={section} decoding={decoding} figure={figure} />
      )}
      <p className="soft figure-note">
        <TermText text={note} terms={reportTerms} />
      </p>
    </section>
  )
}

function Figure({ section, decoding, figure }: FigureSectionProps & { readonly figure: string }) {
  const { id, title, tables } = section
  const [asTable, setAsTable] = useState(false)
  const host = useRef<HTMLDivElement>(null)
  const save = (how: (name: string, svg: SVGElement) => void) => {
    const svg = host.current?.querySelector('svg')
    if (svg != null) how(`${id}-${decoding}`, svg)
  }
  return (
    <>
      {asTable ? (
        <Tables tables={tables} />
      ) : (
        // Our own SVG: every text in it is escaped where it is drawn (figure-parts.ts).
        <div className="report-figure" ref={host} dangerouslySetInnerHTML={{ __html: figure }} />
      )}
      <div className="row figure-tools">
        <button
          type="button"
          className="button small"
          aria-label={`${asTable ? 'Figure' : 'Table'}: ${title}`}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? 'Figure' : 'Table'}
        </button>
        {!asTable && (
          <>
            <button
              type="button"
              className="button small"
              aria-label={`Save as SVG: ${title}`}
              onClick={() => save(saveSvg)}
            >
              SVG
            </button>
            <button
              type="button"
              className="button small"
              aria-label={`Save as PNG: ${title}`}
              onClick={() => save((name, svg) => void savePng(name, svg))}
            >
              PNG
            </button>
          </>
        )}
      </div>
    </>
  )
}

function Tables({ tables }: { readonly tables: readonly SectionTable[] }) {
  return tables.map((table) => <DataTable key={table.name} table={table} />)
}

function DataTable({ table: { name, head, rows } }: { readonly table: SectionTable }) {
  return (
    <div className="data-table" tabIndex={0} role="region" aria-label={`Table: ${name}`}>
      <table>
        <thead>
          <tr>
            {head.map((cell) => (
              <th key={cell} scope="col">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={r}>
              {row.map((cell, c) =>
                c === 0 ? (
                  <th key={c} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={c}>{cell}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
