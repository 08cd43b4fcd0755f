/** What the update did to the adapter. */
import { figure } from '../shared/format.ts'
import { TermText } from '../glossary/Term.tsx'
import type { StepData } from './step.ts'

const updateTerms = { Gradient: 'gradient', Adapter: 'adapter', AdamW: 'optimiser' } as const

export function UpdatePart({
  step,
  update,
}: {
  readonly step: StepData
  readonly update: NonNullable<StepData['update']>
}) {
  const figures = [
    {
      name: 'Gradient norm',
      value: figure(update.gradNorm),
      note: update.gradClipped ? 'clipped' : 'not clipped',
    },
    { name: 'Learning rate', value: figure(update.learningRate), note: 'AdamW' },
    { name: 'Adapter moved by', value: figure(update.updateNorm), note: 'norm of the change of A and B' },
    {
      name: 'Adapter weights',
      value: figure(update.weightNorm),
      note: 'norm of A and B; the next step samples from them',
    },
  ]
  return (
    <section className="update-part" data-lesson="update" aria-labelledby="update-title">
      <h2 className="eyebrow" id="update-title">
        What moved in step {step.step}
      </h2>
      <dl>
        {figures.map(({ name, value, note }) => (
          <div key={name}>
            <dt>
              <TermText text={name} terms={updateTerms} />
            </dt>
            <dd>
              <span>{value}</span>
              <small>
                <TermText text={note} terms={updateTerms} />
              </small>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
