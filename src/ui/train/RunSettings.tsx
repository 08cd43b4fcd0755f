/** The settings of an open run, to read; and what differs from the preset. */
import { memo } from 'react'
import { differences } from '../../mlpo/config/config.ts'
import type { Config, Key } from '../../mlpo/config/config.ts'
import { fieldOf } from '../../mlpo/config/fields.ts'
import { accessOf, settingControls } from '../experiment/controls.ts'
import { useExperiment } from '../experiment/experimentStore.ts'
import { Term } from '../glossary/Term.tsx'
import { useLab } from '../shared/labStore.ts'
import { valueText } from './draft.ts'
import { settingGroups } from './settingGroups.ts'
import { useTrain } from './trainStore.ts'

/** Every setting is looked up: not again with each step. */
export const RunSettings = memo(function RunSettings({ config }: { readonly config: Config }) {
  const preset = useLab((state) => state.preset)
  const ended = useTrain(({ run }) => run?.mode === 'finished' || run?.mode === 'failed')
  const source = useTrain(({ run }) => run?.questions?.source ?? null)
  const newRun = useTrain((state) => state.newRun)
  const experiment = useExperiment((state) => state.experiment)
  const isShown = (key: Key) => accessOf(settingControls(key), experiment) !== 'hidden'
  const shown = settingGroups.flatMap(({ keys }) => keys).filter(isShown)
  const others = settingGroups.flatMap(({ more }) => more).filter(isShown)
  if (shown.length === 0 && others.length === 0) return null
  return (
    <details className="run-settings" open={false}>
      <summary className="eyebrow">Settings</summary>
      <ChangedLine from={preset.config} to={config} label={preset.label} />
      {source !== null && (
        <p className="changed-line">
          Questions of <strong>{source}</strong>
        </p>
      )}
      <Values keys={shown} config={config} />
      {others.length > 0 && (
        <details>
          <summary className="soft">{others.length} more</summary>
          <Values keys={others} config={config} />
        </details>
      )}
      {!ended && (
        <p className="soft">
          Settings stay as they are while a run goes on.{' '}
          <button type="button" className="link-button" onClick={newRun}>
            New run
          </button>{' '}
          leaves this one and lets you change them.
        </p>
      )}
    </details>
  )
})

function Values({ keys, config }: { readonly keys: readonly Key[]; readonly config: Config }) {
  return (
    <dl>
      {keys.map((key) => (
        <div key={key}>
          <dt>{fieldOf(key).label}</dt>
          <dd>{valueText(key, config[key])}</dd>
        </div>
      ))}
    </dl>
  )
}

export function ChangedLine({
  from,
  to,
  label,
}: {
  readonly from: Config
  readonly to: Config
  readonly label: string
}) {
  const experiment = useExperiment((state) => state.experiment)
  const all = differences(from, to)
  const changes = all.filter(({ key }) => accessOf(settingControls(key), experiment) !== 'hidden')
  if (changes.length === 0) {
    const what = all.length === 0 ? '' : 'What the link leaves in sight is '
    const as = what === '' ? 'As' : 'as'
    return (
      <p className="soft changed-line">
        {what}
        {as} the <Term name="preset">preset</Term> {label} has it.
      </p>
    )
  }
  return (
    <p className="changed-line">
      <span className="soft">Differs from {label}: </span>
      {changes.map(({ key, from: before, to: after }, index) => (
        <span key={key}>
          {index > 0 && '; '}
          <span className="mono">{key}</span> {valueText(key, before)} →{' '}
          <strong>{valueText(key, after)}</strong>
        </span>
      ))}
    </p>
  )
}
