/** What a data set would give: formats, types, examples, what is repeated, left out or shared, and how it splits. */
import { repeatText } from '../../mlpo/datasets/report.ts'
import { problemText } from '../../mlpo/datasets/rows.ts'
import type { DataFileFound, DataFound, LeaderReading } from '../../workers/protocol.ts'
import { counted } from '../shared/format.ts'

export function DataReport({ found, use }: { readonly found: DataFound; readonly use: () => void }) {
  const { report, files, questions, leader } = found
  const { train, dev, test } = questions
  return (
    <div className="data-report">
      <p role="status">
        <strong>{counted(report.questions, 'question')}</strong> in {counted(files.length, 'file')}. A run can
        train on {train.length} and be tested on {dev.length}
        {test.length > 0 && dev[0]?.id !== test[0]?.id && `; ${test.length} are kept back`}.{' '}
        {report.published ? 'Splits are as published.' : 'Splits follow from the text of each question.'}
      </p>
      {leader !== null && <LeaderLines leader={leader} of={report.questions} />}
      {report.refused.map(({ file, reason }) => (
        <p key={file} className="problem">
          {file} cannot be used: {reason}
        </p>
      ))}
      {report.overlaps.map(({ kept, leftOut, questions: shared }) => (
        <p key={`${kept} ${leftOut}`}>
          {leftOut} shares {counted(shared, 'question')} with {kept}; they are used there only.
        </p>
      ))}
      {files.map((file) => (
        <FileReport key={file.report.name} file={file} />
      ))}
      <div className="row">
        <button type="button" className="button main small" onClick={use}>
          Use these questions
        </button>
      </div>
    </div>
  )
}

function LeaderLines({ leader, of }: { readonly leader: LeaderReading; readonly of: number }) {
  const { model, limit, tooLong, spelt, words } = leader
  return (
    <>
      {tooLong > 0 && (
        <p className="problem">
          {tooLong} of {of} are longer than the {limit} tokens that {model} has for a question beside the
          proposals, and are left out. Shorter proposals and completions make room.
        </p>
      )}
      {spelt > 0 && (
        <p>
          {spelt} of {of} have words that {model} never met, such as {words.join(', ')}. It spells them letter
          by letter and will hardly understand them; models of Team know more.
        </p>
      )}
    </>
  )
}

function FileReport({ file: { report, problems, repeats } }: { readonly file: DataFileFound }) {
  const types = Object.entries(report.types).map(([type, count]) => `${count} ${type}`)
  return (
    <section aria-label={report.name}>
      <h3 className="mono">{report.name}</h3>
      <p>
        {report.format}; {counted(report.read, report.unit)}: {counted(report.questions, 'question')},{' '}
        {repeats} repeated, {problems} left out, {report.blank} blank.
        {types.length > 0 && ` Answers: ${types.join(', ')}.`}
        {types.length > 1 && ' Each is checked by its own type.'}
      </p>
      <ul className="data-examples" aria-label="Examples">
        {report.examples.map(({ id, question, answer, answer_type: type }) => (
          <li key={id}>
            {short(question)} <span className="soft">→</span> <strong>{short(answer)}</strong>{' '}
            <span className="soft">{type}</span>
          </li>
        ))}
      </ul>
      <Listed
        title={`${problems} left out`}
        lines={report.problems.map((problem) => problemText(problem))}
        all={problems}
      />
      <Listed
        title={`${repeats} repeated`}
        lines={report.repeats.map((repeat) => repeatText(repeat, report.unit))}
        all={repeats}
      />
    </section>
  )
}

interface ListedProps {
  readonly title: string
  readonly lines: readonly string[]
  /** Of which `lines` may be the first. */
  readonly all: number
}

function Listed({ title, lines, all }: ListedProps) {
  if (all === 0) return null
  return (
    <details>
      <summary>{title}</summary>
      <ol className="data-problems">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {all > lines.length && <li className="soft">and {all - lines.length} more</li>}
      </ol>
    </details>
  )
}

function short(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  return flat.length > 200 ? `${flat.slice(0, 198)}…` : flat
}
