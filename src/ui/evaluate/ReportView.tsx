/** A report: what was measured, its figures, its questions, and its files. The same object as `report.json` has. */
import { useMemo, useState } from 'react'
import { reportCsv } from '../../mlpo/evaluation/report-csv.ts'
import { reportHtml } from '../../mlpo/evaluation/report-html.ts'
import { reportJson } from '../../mlpo/evaluation/report-json.ts'
import type { Decoding, EvaluationReport } from '../../mlpo/evaluation/report.ts'
import { decodingNames, sectionsOf } from '../../mlpo/evaluation/sections.ts'
import { Term } from '../glossary/Term.tsx'
import { counted, dateAndTime } from '../shared/format.ts'
import { Segmented } from '../shared/Segmented.tsx'
import type { ShownReport } from './evaluateStore.ts'
import { FigureSection } from './FigureSection.tsx'
import { Questions } from './Questions.tsx'
import { saveText } from '../shared/saveFile.ts'
import { useNarrow } from './useNarrow.ts'

export function ReportView({ shown }: { readonly shown: ShownReport }) {
  const { report } = shown
  const [chosen, choose] = useState<Decoding | null>(null)
  const layout = useNarrow() ? 'narrow' : 'wide'
  const all = useMemo(() => sectionsOf(report, layout), [report, layout])
  const part = all.find(({ decoding }) => decoding === chosen) ?? all[0]
  if (part === undefined) return null
  const sets = report.questions.filter(({ decoding }) => decoding === part.decoding)
  return (
    <article className="report" aria-label="Report">
      <ReportHead shown={shown} />
      {all.length > 1 && (
        <Segmented<Decoding>
          label="Decoding"
          value={part.decoding}
          onChange={choose}
          options={all.map(({ decoding }) => ({ value: decoding, label: decodingNames[decoding] }))}
        />
      )}
      {part.sections.map((section) => (
        <FigureSection key={section.id} section={section} decoding={part.decoding} />
      ))}
      <Questions key={part.decoding} sets={sets} setup={report.setup} />
    </article>
  )
}

function ReportHead({ shown }: { readonly shown: ShownReport }) {
  const { report, seeds, file, keptAt } = shown
  const { setup, parts } = report
  const decodings = [...new Set(parts.map(({ decoding }) => decodingNames[decoding].toLowerCase()))]
  const done = setup.seeds.length
  return (
    <header className="report-head">
      <h2>{titleOf(shown)}</h2>
      {keptAt !== null && <p className="soft">Kept in this browser on {dateAndTime(keptAt)}.</p>}
      {file !== null && (
        <p>
          From the file <span className="mono">{file}</span>: {report.title}.
        </p>
      )}
      <p className="soft">
        {counted(setup.sizes.questions, 'question')} of the {setup.split} split, {decodings.join(' and ')},{' '}
        {counted(setup.rounds, 'round')}, {done < seeds ? `${done} of ${seeds} seeds` : counted(done, 'seed')}
        . Shares are percentages with 95 % <Term name="interval">intervals</Term>.
      </p>
      <Files report={report} />
      <details>
        <summary>What this report leaves out</summary>
        <ul>
          {setup.leftOut.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </details>
    </header>
  )
}

function titleOf({ report, steps }: ShownReport): string {
  if (report.setup.leaders.length < 2) return 'The untrained leader'
  return steps === null ? 'The trained leader' : `The leader after ${counted(steps, 'step')}`
}

function Files({ report }: { readonly report: EvaluationReport }) {
  return (
    <div className="row">
      <button
        type="button"
        className="button small"
        onClick={() => saveText('rows.csv', reportCsv(report), 'text/csv')}
      >
        Save CSV
      </button>
      <button
        type="button"
        className="button small"
        onClick={() => saveText('report.json', reportJson(report), 'application/json')}
      >
        Save JSON
      </button>
      <button
        type="button"
        className="button small"
        onClick={() => saveText('report.html', reportHtml(report), 'text/html')}
      >
        Save page
      </button>
    </div>
  )
}
