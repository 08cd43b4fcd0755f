/** "Why isn't it learning?": what the rules find in the run's figures, and a new run with the change that each suggests. */
import { useSyncExternalStore } from 'react'
import { differences } from '../../mlpo/config/config.ts'
import { changed, diagnose } from '../../mlpo/diagnosis/diagnosis.ts'
import type { Evidence, Finding } from '../../mlpo/diagnosis/rule.ts'
import { settingControls } from '../experiment/controls.ts'
import { useAccess } from '../experiment/experimentStore.ts'
import { counted, figure, signed } from '../shared/format.ts'
import { valueText } from './draft.ts'
import type { MetricLog } from './metricLog.ts'
import { useTrain } from './trainStore.ts'
import type { Run } from './trainStore.ts'

export function Diagnosis({ run }: { readonly run: Run }) {
  const metrics = useTrain((state) => state.metrics)
  useSteps(metrics)
  const { findings, rewardChange, stepsMissing } = diagnose(run.config, metrics)
  if (metrics.length === 0) return null
  return (
    <details className="diagnosis">
      <summary>
        <span>Why isn’t it learning?</span>{' '}
        {findings.length > 0 && <span className="soft">{counted(findings.length, 'finding')}</span>}
      </summary>
      {findings.map((finding) => (
        <FindingCard key={finding.rule} finding={finding} run={run} />
      ))}
      {findings.length === 0 && (
        <p className="soft">
          {stepsMissing > 0
            ? `Too early to say: ${counted(stepsMissing, 'more step')} needed.`
            : `No rule finds anything in ${counted(metrics.length, 'step')}. ${trend(rewardChange ?? 0)}`}
        </p>
      )}
    </details>
  )
}

function FindingCard({ finding, run }: { readonly finding: Finding; readonly run: Run }) {
  const retry = useTrain((state) => state.retry)
  const changes = finding.change === null ? [] : differences(run.config, changed(run.config, finding))
  const isOpen = useAccess(...changes.flatMap(({ key }) => settingControls(key))) === 'open'
  return (
    <section className="finding">
      <h3>{finding.title}</h3>
      <table>
        <caption className="visually-hidden">What shows it</caption>
        <thead>
          <tr>
            <th scope="col">Metric</th>
            <th scope="col">First steps</th>
            <th scope="col">Last steps</th>
          </tr>
        </thead>
        <tbody>
          {finding.evidence.map((evidence) => (
            <EvidenceRow key={evidence.metric} evidence={evidence} />
          ))}
        </tbody>
      </table>
      <p>{finding.explanation}</p>
      {changes.length === 0 ? (
        <p className="soft">No single setting is sure to mend this.</p>
      ) : (
        <>
          <p className="changed-line">
            {changes.map(({ key, from, to }, index) => (
              <span key={key}>
                {index > 0 && '; '}
                <span className="mono">{key}</span> {valueText(key, from)} →{' '}
                <strong>{valueText(key, to)}</strong>
              </span>
            ))}
          </p>
          {isOpen ? (
            <button type="button" className="button" onClick={() => retry(changed(run.config, finding))}>
              New run with this change
            </button>
          ) : (
            <p className="soft">The link that you opened keeps this setting as it is.</p>
          )}
        </>
      )}
    </section>
  )
}

function EvidenceRow({ evidence: { metric, first, last } }: { readonly evidence: Evidence }) {
  return (
    <tr>
      <th scope="row" className="mono">
        {metric}
      </th>
      <td>{Number.isNaN(first) ? '–' : figure(first)}</td>
      <td>{figure(last)}</td>
    </tr>
  )
}

function trend(change: number): string {
  const points = signed(change, { digits: 2 })
  if (change > 0.02) return `The mean reward has risen by ${points.slice(1)}: it is learning.`
  return `The mean reward has moved by ${points}. Give it more steps, or compare with another seed.`
}

/** Renders again with every step, and no more often. */
function useSteps(metrics: MetricLog): number {
  return useSyncExternalStore(metrics.subscribe, () => metrics.length)
}
