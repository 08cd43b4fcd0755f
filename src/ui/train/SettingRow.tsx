/**
 * One setting: its name for people, its symbol and source, the control, and below it TRL's name, the default and what is
 * wrong. All words come from the field's own description.
 */
import { useId } from 'react'
import type { Key } from '../../mlpo/config/config.ts'
import type { Field } from '../../mlpo/config/field.ts'
import { fieldOf } from '../../mlpo/config/fields.ts'
import { settingControls } from '../experiment/controls.ts'
import { useAccess } from '../experiment/experimentStore.ts'
import { isChanged, nullText, textOf, valueText } from './draft.ts'
import { SettingHelp } from './SettingHelp.tsx'
import { useTrain } from './trainStore.ts'

export function SettingRow({ name }: { readonly name: Key }) {
  const field = fieldOf(name)
  const draft = useTrain((state) => state.draft)
  const edit = useTrain((state) => state.edit)
  const reset = useTrain((state) => state.reset)
  const access = useAccess(...settingControls(name))
  const id = useId()
  const problem = draft.problems[name]
  const text = textOf(draft, name)
  const changed = isChanged(draft, name)
  const control = {
    id,
    field,
    text,
    invalid: problem !== undefined,
    locked: access === 'locked',
    note: `${id}-note`,
    edit: (to: string) => edit(name, to),
  }
  if (access === 'hidden') return null
  const wide = field.kind === 'many' || field.kind === 'choice'
  return (
    <div className={`setting${wide ? ' is-wide' : ''}${changed ? ' is-changed' : ''}`}>
      <div className="setting-name">
        {field.kind === 'many' ? (
          <span id={`${id}-label`}>{field.label}</span>
        ) : (
          <label htmlFor={id}>{field.label}</label>
        )}
        {field.symbol !== undefined && <span className="symbol">{field.symbol}</span>}
        <SettingHelp name={name} field={field} />
      </div>
      <Control {...control} />
      <p className="setting-note" id={`${id}-note`}>
        <span className="mono">{name}</span>
        {access === 'locked' && ', locked by the link'}
        {changed && access === 'open' ? (
          <>
            , preset {valueText(name, draft.from[name])}{' '}
            <button type="button" className="link-button" onClick={() => reset(name)}>
              Reset<span className="visually-hidden"> {field.label}</span>
            </button>
          </>
        ) : null}
      </p>
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}

interface ControlProps {
  readonly id: string
  readonly field: Field
  readonly text: string
  readonly invalid: boolean
  readonly locked: boolean
  readonly note: string
  readonly edit: (text: string) => void
}

function Control({ id, field, text, invalid, locked, note, edit }: ControlProps) {
  const common = { id, 'aria-invalid': invalid, 'aria-describedby': note, disabled: locked }
  if (field.kind === 'choice') {
    return (
      <>
        <select {...common} className="field" value={text} onChange={(event) => edit(event.target.value)}>
          {Object.keys(field.options).map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
        <p className="option-meaning">{field.options[text]}</p>
      </>
    )
  }
  if (field.kind === 'toggle') {
    return (
      <span className="toggle-field">
        <input
          {...common}
          type="checkbox"
          checked={text === 'true'}
          onChange={(event) => edit(String(event.target.checked))}
        />
        <span aria-hidden="true">{text === 'true' ? 'on' : 'off'}</span>
      </span>
    )
  }
  if (field.kind === 'many') return <Many id={id} field={field} text={text} locked={locked} edit={edit} />
  return (
    <span className="number-field">
      <input
        {...common}
        className="field"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        value={text}
        placeholder={field.kind === 'number' && field.nullable ? nullText(field) : undefined}
        onChange={(event) => edit(event.target.value)}
      />
      {field.unit !== undefined && <span className="soft">{field.unit}</span>}
    </span>
  )
}

function Many({
  id,
  field,
  text,
  locked,
  edit,
}: Pick<ControlProps, 'id' | 'text' | 'locked' | 'edit'> & {
  readonly field: Extract<Field, { readonly kind: 'many' }>
}) {
  const chosen = text === '' ? [] : text.split(',')
  const options = Object.keys(field.options)
  const toggle = (option: string, on: boolean) =>
    edit(options.filter((other) => (other === option ? on : chosen.includes(other))).join(','))
  return (
    <div className="many" role="group" aria-labelledby={`${id}-label`}>
      {options.map((option) => (
        <label key={option} title={field.options[option]}>
          <input
            type="checkbox"
            disabled={locked}
            checked={chosen.includes(option)}
            onChange={(event) => toggle(option, event.target.checked)}
          />
          <span>{option.replaceAll('_', ' ')}</span>
        </label>
      ))}
    </div>
  )
}
