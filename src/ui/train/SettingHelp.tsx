/** Why one would change a setting, its range, its default and where it comes from; all from the field's own description. */
import { defaultOf } from '../../mlpo/config/config.ts'
import type { Key } from '../../mlpo/config/config.ts'
import type { Field } from '../../mlpo/config/field.ts'
import { Explain } from '../shared/Explain.tsx'
import { valueText } from './draft.ts'
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
      <dl className="facts">
        <dt>Name</dt>
        <dd className="mono">{name}</dd>
        {field.symbol !== undefined && (
          <>
            <dt>In the formulas</dt>
            <dd className="symbol">{field.symbol}</dd>
          </>
        )}
        <dt>Default here</dt>
        <dd className="mono">{valueText(name, defaultOf(name, settings))}</dd>
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
              {field.min} to {field.max}
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
