/** Evaluate: measures the leader against everybody who could answer in its place. Loaded when it is first opened. */
import { EmptyState } from './EmptyState.tsx'
import { useEvaluate } from './evaluateStore.ts'
import { ReportView } from './ReportView.tsx'
import { Setup } from './Setup.tsx'
import './evaluate.css'
import './print.css'
import './questions.css'

export function EvaluateView() {
  const shown = useEvaluate((state) => state.shown)
  return (
    <div className="evaluate">
      <h1>Does the leader lead?</h1>
      <Setup />
      {shown === null ? <EmptyState /> : <ReportView key={shown.report.title} shown={shown} />}
    </div>
  )
}
