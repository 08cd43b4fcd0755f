/** Why one would change a setting, its range, its default and where it comes from; all from the field's own description. */
import { defaultOf } from '../../mlpo/config/config.ts'
import type { Key } from '../../mlpo/config/config.ts'
import type { Field } from '../../mlpo/config/field.ts'
import { defaultText } from '../../mlpo/config/text.ts'
import { Explain } from '../shared/Explain.tsx'
import { FormulaLine } from '../shared/Formula.tsx'
import { FormulaLetters } from '../shared/FormulaLetters.tsx'
import { valueText } from './draft.ts'
import { formulaWith } from './settingFormulas.ts'
import { sources } from './text.ts'
import { useTrain } from './trainStore.ts'

export function SettingHelp({ name, field }: { readonly name: Key; readonly field: Field }) {
  const settings = useTrain(({ draft }) => draft.settings)
  return (
    <Explain
      className="source"
      label={`About ${field.label}`}
      triggerLabel={`About ${field.label}`}
      trigger="?"
    >
      <h2>{field.label}</h2>
      <p>{field.help}</p>
      <FormulaOf name={name} />
      <dl className="facts">
        <dt>Name</dt>
        <dd className="mono">{name}</dd>
        <dt>Default here</dt>
        <dd className="mono">{valueText(name, defaultOf(name, settings))}</dd>
        {field.kind === 'number' && field.defaultWhen !== undefined && (
          <>
            <dt>All defaults</dt>
            <dd>{defaultText(field)}</dd>
          </>
        )}
        {field.trlDefault !== undefined && (
          <>
            <dt>Default in TRL</dt>
            <dd className="mono">{String(field.trlDefault)}</dd>
          </>
        )}
        {field.kind === 'number' && (
          <>
            <dt>Range</dt>
            <dd className="mono">
              {field.above === true ? 'above ' : ''}
              {field.min} to {field.below === true ? 'below ' : ''}
              {field.max}
              {field.unit !== undefined && ` ${field.unit}`}
            </dd>
          </>
        )}
        <dt>Source</dt>
        <dd>{sources[field.source]}</dd>
      </dl>
    </Explain>
  )
}

/** Where it stands in the maths, with what is set now. */
function FormulaOf({ name }: { readonly name: Key }) {
  const settings = useTrain(({ draft }) => draft.settings)
  const formula = formulaWith(name)
  if (formula === null) return null
  const { title, tex, letters } = formula
  // The setting itself first; of two that share a letter only the one that is asked about.
  const named = Object.entries(formula.settings) as [Key, string][]
  const own = formula.settings[name]
  const set = named.filter(([key, letter]) => key === name || letter !== own)
  set.sort(([a], [b]) => Number(b === name) - Number(a === name))
  return (
    <section aria-label={`Formula: ${title}`}>
      <h3>{title}</h3>
      <FormulaLine tex={tex} />
      <FormulaLetters
        letters={[
          ...set.map(
            ([key, letter]) =>
              [letter, <Setting key={key} name={key} value={valueText(key, settings[key])} />] as const,
          ),
          ...letters,
        ]}
      />
    </section>
  )
}

function Setting({ name, value }: { readonly name: Key; readonly value: string }) {
  return (
    <>
      <span className="mono">{name}</span> = <strong>{value}</strong>
    </>
  )
}
