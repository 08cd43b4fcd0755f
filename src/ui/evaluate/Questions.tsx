/** Every question with every answer, by page; each opens to what everybody wrote, where the report has it. */
import { Fragment, useId, useState } from 'react'
import type { AskedQuestion, QuestionSet, ReportSetup, Said } from '../../mlpo/evaluation/report.ts'
import { agentColour } from '../shared/agent.ts'
import { Mark, verdictOf } from '../shared/Mark.tsx'
import { Segmented } from '../shared/Segmented.tsx'
import { filters, type FilterName } from './questionFilters.ts'

const pageSize = 20

export function Questions({
  sets,
  setup,
}: {
  readonly sets: readonly QuestionSet[]
  readonly setup: ReportSetup
}) {
  const [seed, setSeed] = useState<string | null>(null)
  const [filter, setFilter] = useState<FilterName>('all')
  const set = sets.find((one) => `${one.seed}` === seed) ?? sets[0]
  if (set === undefined) return null
  const usable = filters.filter(({ name }) => name !== 'changed' || setup.leaders.length > 1)
  const { means, fits } = usable.find(({ name }) => name === filter) ??
    filters[0] ?? { means: '', fits: () => true }
  return (
    <section className="questions card" aria-labelledby="questions">
      <h3 id="questions">Question by question</h3>
      <div className="row">
        {sets.length > 1 && (
          <Segmented
            label="Seed"
            value={`${set.seed}`}
            onChange={setSeed}
            options={sets.map((one) => ({ value: `${one.seed}`, label: `Seed ${one.seed}` }))}
          />
        )}
        <Segmented<FilterName>
          label="Questions"
          value={filter}
          onChange={setFilter}
          options={usable.map((one) => ({
            value: one.name,
            label: `${one.label} (${set.questions.filter(one.fits).length})`,
          }))}
        />
      </div>
      <p className="soft">{means}</p>
      <Pages key={`${set.seed}/${filter}`} questions={set.questions.filter(fits)} setup={setup} />
    </section>
  )
}

function Pages({
  questions,
  setup,
}: {
  readonly questions: readonly AskedQuestion[]
  readonly setup: ReportSetup
}) {
  const [page, setPage] = useState(0)
  if (questions.length === 0) return <p className="questions-none">There is no such question here.</p>
  const start = page * pageSize
  const shown = questions.slice(start, start + pageSize)
  return (
    <>
      <QuestionTable questions={shown} setup={setup} />
      {questions.length > pageSize && (
        <nav className="row" aria-label="Pages of questions">
          <button
            type="button"
            className="button small"
            disabled={page === 0}
            onClick={() => setPage(page - 1)}
          >
            Previous
          </button>
          <span className="soft" role="status">
            {start + 1} to {start + shown.length} of {questions.length}
          </span>
          <button
            type="button"
            className="button small"
            disabled={start + pageSize >= questions.length}
            onClick={() => setPage(page + 1)}
          >
            Next
          </button>
        </nav>
      )}
    </>
  )
}

function QuestionTable({
  questions,
  setup,
}: {
  readonly questions: readonly AskedQuestion[]
  readonly setup: ReportSetup
}) {
  return (
    <div className="question-table" tabIndex={0} role="region" aria-label="Table of questions">
      <table>
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">Right answer</th>
            {setup.peers.map((_, peer) => (
              <th key={peer} scope="col" className="agent-name" style={agentColour(peer)}>
                Peer {peer + 1}
              </th>
            ))}
            {setup.leaders.map(({ name, label }) => (
              <Fragment key={name}>
                <th scope="col">{label} alone</th>
                <th scope="col">{label} + team</th>
              </Fragment>
            ))}
          </tr>
        </thead>
        <tbody>
          {questions.map((question) => (
            <QuestionRow key={question.id} question={question} setup={setup} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function QuestionRow({ question, setup }: { readonly question: AskedQuestion; readonly setup: ReportSetup }) {
  const [isOpen, setOpen] = useState(false)
  const detail = useId()
  const columns = 2 + question.peers.length + 2 * question.leaders.length
  return (
    <>
      <tr>
        <th scope="row">
          <button
            type="button"
            className="question-open"
            aria-expanded={isOpen}
            aria-controls={detail}
            onClick={() => setOpen(!isOpen)}
          >
            {question.question}
          </button>
        </th>
        <td className="mono">{question.gold}</td>
        {question.peers.map((said, peer) => (
          <AnswerCell key={peer} said={said} />
        ))}
        {question.leaders.map(({ name, team, alone }) => (
          <Fragment key={name}>
            <AnswerCell said={alone} />
            <AnswerCell said={team} />
          </Fragment>
        ))}
      </tr>
      <tr id={detail} hidden={!isOpen}>
        <td colSpan={columns}>{isOpen && <Texts question={question} setup={setup} />}</td>
      </tr>
    </>
  )
}

function AnswerCell({ said }: { readonly said: Said | null }) {
  if (said === null) return <td>–</td>
  return (
    <td>
      <span className="said">
        <Mark verdict={verdictOf(said)} />
        <span className="mono">{said.answer ?? ''}</span>
      </span>
    </td>
  )
}

function Texts({ question, setup }: { readonly question: AskedQuestion; readonly setup: ReportSetup }) {
  const { peers, seats, leaders } = question
  const inOrder = seats.every((peer, seat) => peer === seat)
  const said = [
    ...peers.map((one, peer) => ({
      who: inOrder ? `Peer ${peer + 1}` : `Peer ${peer + 1}, in seat ${seats.indexOf(peer) + 1}`,
      text: one.text,
    })),
    ...leaders.flatMap(({ name, team, alone }) => {
      const label = setup.leaders.find((leader) => leader.name === name)?.label ?? name
      return [
        { who: `${label} alone`, text: alone?.text ?? null },
        { who: `${label} + team`, text: team.text },
      ]
    }),
  ]
  if (said.every(({ text }) => text === null))
    return (
      <p className="soft">This report keeps the texts of its first {setup.sizes.texts} questions only.</p>
    )
  return (
    <dl className="question-texts">
      {said.map(({ who, text }) => (
        <div key={who}>
          <dt>{who}</dt>
          <dd>{text === null || text === '' ? 'nothing' : text}</dd>
        </div>
      ))}
    </dl>
  )
}
