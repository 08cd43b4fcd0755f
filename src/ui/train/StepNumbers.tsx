/** A step of which only the numbers are kept. */
import { figureRows } from './stepComparison.ts'
import { useTrain } from './trainStore.ts'

export function StepNumbers({ step }: { readonly step: number }) {
  const metrics = useTrain((state) => state.metrics)
  const peers = useTrain(({ run }) => run?.config.peers.length ?? 0)
  const rows = figureRows(null, metrics.at(step), peers)
  return (
    <section className="step-comparison" aria-labelledby="step-numbers">
      <h2 id="step-numbers">Step {step} in numbers</h2>
      <p className="soft">
        Its questions and completions are not kept: those of earlier visits never are, and of a long run only
        the last ones.
      </p>
      <div className="data-table" role="region" tabIndex={0} aria-label={`Figures of step ${step}`}>
        <table>
          <tbody>
            {rows.map(({ label, to }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{to}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
