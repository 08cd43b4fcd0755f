/**
 * What of the page a link can hide or lock: parts with a name of their own, the groups of settings, and single settings.
 * A link that names anything else is told so.
 */
import type { Key } from '../../mlpo/config/config.ts'
import { fieldOf } from '../../mlpo/config/fields.ts'
import { editedKeys, keysOf, settingGroups } from '../train/settingGroups.ts'

/** A name as links write it; `controlNamed` makes one of a text. */
export type ControlName = string & { readonly __control: true }

export interface Control {
  readonly name: ControlName
  readonly label: string
  readonly kind: 'part' | 'group' | 'setting'
  /** Some can be seen or not, and nothing between. */
  readonly canLock: boolean
}

export type Access = 'open' | 'locked' | 'hidden'

const named = (name: string) => name as ControlName

const part = (name: string, label: string, { canLock }: { readonly canLock: boolean }): Control => ({
  name: named(name),
  label,
  kind: 'part',
  canLock,
})

/** "Traces first" → "traces-first". */
export function groupControl(title: string): ControlName {
  return named(title.toLowerCase().replaceAll(' ', '-'))
}

export const controls: readonly Control[] = [
  part('preset', 'Choice of a preset', { canLock: true }),
  part('team', 'Place “Team”', { canLock: true }),
  part('arena', 'Place “Arena”', { canLock: false }),
  part('runs', 'Place “Runs”', { canLock: false }),
  part('evaluate', 'Place “Evaluate”', { canLock: false }),
  part('stages', 'Next stage and next step', { canLock: true }),
  part('curves', 'Curves of the run', { canLock: false }),
  part('share', 'Share', { canLock: false }),
  part('settings', 'All settings', { canLock: true }),
  ...settingGroups.map(({ title }): Control => ({
    name: groupControl(title),
    label: `Settings “${title}”`,
    kind: 'group',
    canLock: true,
  })),
  ...editedKeys.map((key): Control => ({
    name: named(key),
    label: fieldOf(key).label,
    kind: 'setting',
    canLock: true,
  })),
]

const byName = new Map<string, Control>(controls.map((control) => [control.name, control]))

export function controlNamed(name: string): Control | undefined {
  return byName.get(name)
}

export const partControls = {
  preset: named('preset'),
  team: named('team'),
  arena: named('arena'),
  evaluate: named('evaluate'),
  runs: named('runs'),
  stages: named('stages'),
  curves: named('curves'),
  share: named('share'),
  settings: named('settings'),
} as const

/** The names that decide on a setting, from the whole to the part. */
export function settingControls(key: Key): readonly ControlName[] {
  const group = settingGroups.find((each) => keysOf(each).includes(key))
  return [partControls.settings, ...(group === undefined ? [] : [groupControl(group.title)]), named(key)]
}

interface Restrictions {
  readonly hidden: readonly ControlName[]
  readonly locked: readonly ControlName[]
  readonly showAll: boolean
}

/** Hidden wins over locked, the whole over the part. */
export function accessOf(names: readonly ControlName[], { hidden, locked, showAll }: Restrictions): Access {
  if (showAll) return 'open'
  if (names.some((name) => hidden.includes(name))) return 'hidden'
  return names.some((name) => locked.includes(name)) ? 'locked' : 'open'
}
