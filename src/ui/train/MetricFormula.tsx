/** Opens the formula behind a curve, with the numbers of the step that is shown. */
import { Explain } from '../shared/Explain.tsx'
import { FormulaLine } from '../shared/Formula.tsx'
import { FormulaLetters } from '../shared/FormulaLetters.tsx'
import { metricFormulas, type MetricFormulaName } from './metricFormulas.ts'
import { useTrain } from './trainStore.ts'

export function MetricFormula({ name }: { readonly name: MetricFormulaName }) {
  const { title } = metricFormulas[name]
  return (
    <Explain
      className="link-button"
      label={`Formula of ${title}`}
      triggerLabel={`formula of ${title}`}
      trigger="formula"
    >
      <h2>{title}</h2>
      <MetricArithmetic name={name} />
    </Explain>
  )
}

/** The formula, its letters, and the numbers put in. */
export function MetricArithmetic({ name }: { readonly name: MetricFormulaName }) {
  const { tex, letters, numbers } = metricFormulas[name]
  const step = useTrain(
    ({ whole, current, opened, kept }) => (opened === null ? null : kept.get(opened)) ?? whole ?? current,
  )
  const config = useTrain(({ run, draft }) => run?.config ?? draft.settings)
  const line = numbers({ step, config })
  return (
    <>
      <FormulaLine tex={tex} />
      <FormulaLetters letters={letters} />
      {line !== null && (
        <p className="mono formula-numbers">
          {step !== null && name !== 'accuracy' && <span className="soft">Step {step.step}: </span>}
          {line}
        </p>
      )}
    </>
  )
}
