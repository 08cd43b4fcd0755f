/** The settings by group, all of them or those that a search found; what few people change stands behind a fold. */
import { useState } from 'react'
import type { Key } from '../../mlpo/config/config.ts'
import { fieldOf } from '../../mlpo/config/fields.ts'
import { isChanged } from './draft.ts'
import { SettingRow } from './SettingRow.tsx'
import type { SettingGroup } from './settingGroups.ts'
import { useTrain } from './trainStore.ts'

interface Shown {
  /** Whether the link and the search leave it in sight. */
  readonly isShown: (key: Key) => boolean
  readonly searching: boolean
}

export function GroupOfSettings({ group, isShown, searching }: Shown & { readonly group: SettingGroup }) {
  const keys = group.keys.filter(isShown)
  const more = group.more.filter(isShown)
  if (keys.length === 0 && more.length === 0) return null
  return (
    <fieldset className="setting-group">
      <legend>{group.title}</legend>
      <div className="setting-parts">
        {keys.length > 0 && <Fields keys={keys} />}
        {more.length > 0 && (
          <More title={group.title} keys={more} alone={keys.length === 0} searching={searching} />
        )}
      </div>
    </fieldset>
  )
}

function Fields({ keys }: { readonly keys: readonly Key[] }) {
  return (
    <div className="setting-fields">
      {keys.map((key) => (
        <SettingRow key={key} name={key} />
      ))}
    </div>
  )
}

interface MoreProps {
  readonly title: string
  readonly keys: readonly Key[]
  /** Nothing else of the group is shown. */
  readonly alone: boolean
  readonly searching: boolean
}

function More({ title, keys, alone, searching }: MoreProps) {
  const draft = useTrain((state) => state.draft)
  const [open, setOpen] = useState(false)
  const refused = keys.some((key) => draft.problems[key] !== undefined)
  const changed = keys.filter((key) => isChanged(draft, key)).length
  // It stays open when the fault is corrected: somebody is still typing there.
  if (refused && !open) setOpen(true)
  const shown = open || searching
  return (
    <details className="more-settings" open={shown}>
      <summary
        onClick={(event) => {
          event.preventDefault()
          setOpen(!shown)
        }}
      >
        <span>
          {keys.length} {alone ? (keys.length === 1 ? 'setting' : 'settings') : 'more'}
          <span className="visually-hidden"> of {title}</span>
          {changed > 0 && `, ${changed} changed`}
        </span>
        {!shown && (
          <span className="soft more-names"> {keys.map((key) => fieldOf(key).label).join(' · ')}</span>
        )}
      </summary>
      {shown && <Fields keys={keys} />}
    </details>
  )
}
