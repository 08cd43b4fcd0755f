/** Reports of earlier evaluations that this browser keeps: shown again, or deleted for good after a second word. */
import { useEffect, useState } from 'react'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { dateAndTime } from '../shared/format.ts'
import { useEvaluate, type KeptReport } from './evaluateStore.ts'

export function KeptReports() {
  const kept = useEvaluate((state) => state.kept)
  const problem = useEvaluate((state) => state.keptProblem)
  const look = useEvaluate((state) => state.lookAtKept)
  useEffect(look, [look])
  return (
    <>
      {problem !== null && <ErrorNotice error={problem} action={{ label: 'Look again', act: look }} />}
      {kept.length > 0 && (
        <section className="kept-reports" aria-labelledby="kept-reports">
          <h2 className="eyebrow" id="kept-reports">
            Kept in this browser
          </h2>
          <ul>
            {kept.map((report) => (
              <Kept key={report.id} report={report} />
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function Kept({ report: { id, title, savedAt } }: { readonly report: KeptReport }) {
  const showKept = useEvaluate((state) => state.showKept)
  const removeKept = useEvaluate((state) => state.removeKept)
  const [asking, setAsking] = useState(false)
  const name = `${title}, ${dateAndTime(savedAt)}`
  return (
    <li aria-label={name}>
      <span>
        {title} <span className="soft">{dateAndTime(savedAt)}</span>
      </span>
      <span className="row">
        {asking ? (
          <>
            <button type="button" className="button small" onClick={() => removeKept(id)}>
              Delete for good
            </button>
            <button type="button" className="button small" onClick={() => setAsking(false)}>
              Keep it
            </button>
          </>
        ) : (
          <>
            <button type="button" className="button small" onClick={() => showKept(id)}>
              Show<span className="visually-hidden"> {name}</span>
            </button>
            <button type="button" className="button small" onClick={() => setAsking(true)}>
              Delete…<span className="visually-hidden"> {name}</span>
            </button>
          </>
        )}
      </span>
    </li>
  )
}
