/** Phase 1: how far it is, what became of the questions, and its traces to read one by one. */
import { useState } from 'react'
import type { Trace } from '../../mlpo/sft-stages.ts'
import { countsText } from '../../mlpo/trace-file.ts'
import { Term } from '../glossary/Term.tsx'
import { figure } from '../shared/format.ts'
import { ProgressBar } from '../shared/ProgressBar.tsx'
import type { SftData } from './sft.ts'
import { useTrain } from './trainStore.ts'

export function SftPart() {
  const sft = useTrain((state) => state.sft)
  if (sft === null) return null
  return (
    <section className="sft-part" aria-labelledby="sft-title">
      <h2 className="eyebrow" id="sft-title">
        <Term name="trace">Traces</Term> first
      </h2>
      <SftProgress sft={sft} />
      <p className="soft">{countsText(sft.counts)}</p>
      {sft.traces.length > 0 && <TraceReader traces={sft.traces} />}
    </section>
  )
}

function SftProgress({ sft: { counts, left, step, steps, loss } }: { readonly sft: SftData }) {
  if (left !== null && left > 0) {
    const total = counts.prompts + left
    const progress = { label: 'Making traces', done: counts.prompts, total, unit: 'questions' } as const
    return <ProgressBar progress={{ ...progress, leftMs: null }} />
  }
  if (steps === null) return null
  if (step === steps) {
    return <p>{`Learnt from in ${step} updates, the last with a loss of ${figure(loss ?? 0)}.`}</p>
  }
  const label = `Learning from traces${loss === null ? '' : `, loss ${figure(loss)}`}`
  const progress = { label, done: step, total: steps, unit: 'steps' } as const
  return <ProgressBar progress={{ ...progress, leftMs: null }} />
}

function TraceReader({ traces }: { readonly traces: readonly Trace[] }) {
  const [chosen, setChosen] = useState(0)
  const at = Math.min(chosen, traces.length - 1)
  const trace = traces[at]
  if (trace === undefined) return null
  return (
    <details>
      <summary>Read the traces</summary>
      <p className="sft-picker">
        <button type="button" className="button" disabled={at === 0} onClick={() => setChosen(at - 1)}>
          Previous<span className="visually-hidden"> trace</span>
        </button>
        <span>
          {at + 1} of {traces.length}, {trace.kind}
        </span>
        <button
          type="button"
          className="button"
          disabled={at === traces.length - 1}
          onClick={() => setChosen(at + 1)}
        >
          Next<span className="visually-hidden"> trace</span>
        </button>
      </p>
      <dl className="sft-trace">
        <dt>Question</dt>
        <dd>{trace.prompt.task.question}</dd>
        {trace.wrong !== null && (
          <>
            <dt>The leader, wrong</dt>
            <dd>{trace.wrong}</dd>
          </>
        )}
        <dt>The leader, right</dt>
        <dd>{trace.right}</dd>
        <dt>The trace</dt>
        <dd>{trace.text}</dd>
      </dl>
    </details>
  )
}
