/** A choice of few options, all in sight: radio buttons in one frame, with the browser's own keyboard. */
import { useId } from 'react'
import type { ReactNode } from 'react'

export interface Option<Value extends string> {
  readonly value: Value
  readonly label: ReactNode
  /** Where the label is a sign, its name. */
  readonly name?: string
}

export function Segmented<Value extends string>({
  label,
  options,
  value,
  onChange,
}: {
  readonly label: string
  readonly options: readonly Option<Value>[]
  readonly value: Value
  readonly onChange: (value: Value) => void
}) {
  const group = useId()
  return (
    <div className="segmented" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <label key={option.value} title={option.name}>
          <input
            type="radio"
            name={group}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            {...(option.name !== undefined && { 'aria-label': option.name })}
          />
          <span aria-hidden={option.name !== undefined}>{option.label}</span>
        </label>
      ))}
    </div>
  )
}
