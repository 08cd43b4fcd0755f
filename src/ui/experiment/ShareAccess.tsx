/** What of the page stays open, is locked or hidden: parts, groups of settings, and single settings on demand. */
import { controls } from './controls.ts'
import type { Access, Control } from './controls.ts'

interface ShareAccessProps {
  readonly access: (control: Control) => Access
  readonly setAccess: (control: Control, access: Access) => void
}

const words: Readonly<Record<Access, string>> = { open: 'open', locked: 'locked', hidden: 'hidden' }

export function ShareAccess(props: ShareAccessProps) {
  const rows = (kinds: readonly Control['kind'][]) => (
    <div className="share-rows">
      {controls
        .filter(({ kind }) => kinds.includes(kind))
        .map((control) => (
          <Row key={control.name} control={control} {...props} />
        ))}
    </div>
  )
  return (
    <fieldset>
      <legend>Hide or lock</legend>
      {rows(['part', 'group'])}
      <details>
        <summary className="soft">Single settings</summary>
        {rows(['setting'])}
      </details>
    </fieldset>
  )
}

function Row({ control, access, setAccess }: ShareAccessProps & { readonly control: Control }) {
  const options: readonly Access[] = control.canLock ? ['open', 'locked', 'hidden'] : ['open', 'hidden']
  return (
    <label>
      {control.label}
      <select
        className="field"
        value={access(control)}
        onChange={({ target: { value } }) =>
          setAccess(control, options.find((option) => option === value) ?? 'open')
        }
      >
        {options.map((option) => (
          <option key={option} value={option}>
            {words[option]}
          </option>
        ))}
      </select>
    </label>
  )
}
