/** Before a run: what will happen, and the settings. */
import { accessOf, groupControl, partControls, settingControls } from '../experiment/controls.ts'
import { ExpectationList } from '../experiment/ExpectationList.tsx'
import { useExperiment } from '../experiment/experimentStore.ts'
import { useLab } from '../shared/labStore.ts'
import { ChangedLine } from './RunSettings.tsx'
import { SettingRow } from './SettingRow.tsx'
import { introduction, settingGroups } from './text.ts'
import { useTrain } from './trainStore.ts'

export function Setup() {
  const preset = useLab((state) => state.preset)
  const { settings, refused, problems } = useTrain((state) => state.draft)
  const experiment = useExperiment((state) => state.experiment)
  const access = accessOf([partControls.settings], experiment)
  const groups = settingGroups.filter(
    ({ title, keys }) =>
      accessOf([groupControl(title)], experiment) !== 'hidden' &&
      keys.some((key) => accessOf(settingControls(key), experiment) !== 'hidden'),
  )
  const elsewhere = refused.filter(
    ({ key }) => !settingGroups.some(({ keys }) => keys.some((own) => own === key)),
  )
  return (
    <section className="setup" aria-label="Settings">
      <div className="setup-intro">
        <p className="lead">When you press Run, the leader learns from its team.</p>
        <ol>
          {introduction.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
        <p>
          <a href="#/recorded">Watch the recorded run</a>{' '}
          <span className="soft">to see it happen before you start one.</span>
        </p>
      </div>
      <ExpectationList />
      <ForkLine />
      {access !== 'hidden' && (
        <>
          <header className="setup-head">
            <h2>Settings</h2>
            <ChangedLine from={preset.config} to={settings} label={preset.label} />
            {elsewhere.map(({ key, sentence }) => (
              <p key={key} className="problem" role="alert">
                <span className="mono">{key}</span>: {sentence}
              </p>
            ))}
            {Object.keys(problems).length > 0 && (
              <p className="visually-hidden" role="status">
                {Object.keys(problems).length} settings need a correction.
              </p>
            )}
          </header>
          <form data-lesson="settings" onSubmit={(event) => event.preventDefault()}>
            {groups.map(({ title, keys }) => (
              <fieldset key={title} className="setting-group">
                <legend>{title}</legend>
                <div className="setting-fields">
                  {keys.map((key) => (
                    <SettingRow key={key} name={key} />
                  ))}
                </div>
              </fieldset>
            ))}
          </form>
        </>
      )}
    </section>
  )
}

function ForkLine() {
  const fork = useTrain((state) => state.fork)
  const setFork = useTrain((state) => state.setFork)
  if (fork === null) return null
  return (
    <p className="fork-line" role="status">
      The next run goes on from <strong>{fork.name}</strong> after step {fork.step}: with its adapter,
      optimiser and curves, and the settings below. Leader and shape of the adapter have to stay.{' '}
      <button type="button" className="link-button" onClick={() => setFork(null)}>
        Begin with an untrained leader instead
      </button>
    </p>
  )
}
