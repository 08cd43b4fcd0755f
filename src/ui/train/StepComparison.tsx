/** Two steps side by side: what changed in figures and, where the same question or family stands in both, in answers. */
import { useMemo } from 'react'
import { counted } from '../shared/format.ts'
import {
  figureRows,
  sharedFamilies,
  sharedQuestions,
  type Answers,
  type SharedFamily,
  type SharedQuestion,
} from './stepComparison.ts'
import { useTrain } from './trainStore.ts'

export function StepComparison({ steps: [first, second] }: { readonly steps: readonly [number, number] }) {
  const metrics = useTrain((state) => state.metrics)
  const kept = useTrain((state) => state.kept)
  const peers = useTrain(({ run }) => run?.config.peers.length ?? 0)
  const [from, to] = [Math.min(first, second), Math.max(first, second)]
  const { rows, questions, families, missing } = useMemo(() => {
    const [before, after] = [kept.get(from), kept.get(to)]
    const isFull = before !== null && after !== null
    return {
      rows: figureRows(
        before?.update?.metrics ?? metrics.at(from),
        after?.update?.metrics ?? metrics.at(to),
        peers,
      ),
      questions: isFull ? sharedQuestions(before, after) : [],
      families: isFull ? sharedFamilies(before, after) : [],
      missing: [from, to].filter((step) => kept.get(step) === null),
    }
  }, [kept, metrics, from, to, peers])
  return (
    <section className="step-comparison" aria-labelledby="step-comparison">
      <h2 id="step-comparison">
        From step {from} to step {to}
      </h2>
      <div className="data-table" role="region" tabIndex={0} aria-label="Figures of both steps">
        <table>
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col">Step {from}</th>
              <th scope="col">Step {to}</th>
              <th scope="col">Change</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.label}>
                <th scope="row">{row.label}</th>
                <td>{row.from}</td>
                <td>{row.to}</td>
                <td>{row.change}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {missing.length > 0 ? (
        <p className="soft">
          Of step {missing.join(' and step ')} only these numbers are kept, so its answers cannot be compared.
        </p>
      ) : (
        <>
          <Questions questions={questions} steps={[from, to]} />
          <Families families={families} steps={[from, to]} />
        </>
      )}
    </section>
  )
}

function Questions({
  questions,
  steps: [from, to],
}: {
  readonly questions: readonly SharedQuestion[]
  readonly steps: readonly [number, number]
}) {
  if (questions.length === 0) return <p className="soft">No question stands in both steps.</p>
  return (
    <section aria-label="Questions in both steps" className="step-questions">
      <h3>{counted(questions.length, 'question')} in both steps</h3>
      <ul>
        {questions.map(({ question, gold, from: before, to: after }, index) => (
          <li key={index} className="card">
            <p className="step-question">{question}</p>
            <dl className="facts">
              <dt>Right</dt>
              <dd className="mono">{gold}</dd>
              <dt>Step {from}</dt>
              <dd>{answersText(before)}</dd>
              <dt>Step {to}</dt>
              <dd>{answersText(after)}</dd>
            </dl>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Families({
  families,
  steps: [from, to],
}: {
  readonly families: readonly SharedFamily[]
  readonly steps: readonly [number, number]
}) {
  if (families.length === 0)
    return <p className="soft">The two steps have no family of questions in common.</p>
  return (
    <div className="data-table" role="region" tabIndex={0} aria-label="Right answers by family">
      <table>
        <thead>
          <tr>
            <th scope="col">Right answers, by family</th>
            <th scope="col">Step {from}</th>
            <th scope="col">Step {to}</th>
          </tr>
        </thead>
        <tbody>
          {families.map(({ family, from: before, to: after }) => (
            <tr key={family}>
              <th scope="row">{family.replaceAll('_', ' ')}</th>
              <td>
                {before.right} of {before.of}
              </td>
              <td>
                {after.right} of {after.of}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** "3 of 8 right: 12 (3), 14 (2), none (3)". */
function answersText({ counts, right, of }: Answers): string {
  const each = counts.map(({ answer, count }) => `${answer ?? 'none'} (${count})`)
  return `${right} of ${of} right: ${each.join(', ')}`
}
