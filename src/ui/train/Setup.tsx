/** Before a run: what will happen, and the settings. */
import { Fragment, useMemo, useState } from 'react'
import type { RefObject } from 'react'
import type { Key } from '../../mlpo/config/config.ts'
import { accessOf, partControls, settingControls } from '../experiment/controls.ts'
import { ExpectationList } from '../experiment/ExpectationList.tsx'
import { useExperiment } from '../experiment/experimentStore.ts'
import { Term, TermText } from '../glossary/Term.tsx'
import { useLab } from '../shared/labStore.ts'
import { ChangedLine } from './RunSettings.tsx'
import { OwnQuestions } from './OwnQuestions.tsx'
import { Rewards } from './Rewards.tsx'
import { GroupOfSettings } from './SettingGroups.tsx'
import { editedKeys, settingGroups } from './settingGroups.ts'
import { SettingSearch } from './SettingSearch.tsx'
import { settingsMatching } from './settingSearch.ts'
import { introduction, introductionTerms } from './text.ts'
import { useTrain } from './trainStore.ts'

export function Setup({ search }: { readonly search: RefObject<HTMLInputElement | null> }) {
  const experiment = useExperiment((state) => state.experiment)
  const access = accessOf([partControls.settings], experiment)
  return (
    <section className="setup" aria-label="Settings">
      <div className="setup-intro">
        <p className="lead">
          When you press Run, the <Term name="leader">leader</Term> learns from its{' '}
          <Term name="team">team</Term>.
        </p>
        <ol>
          {introduction.map((sentence) => (
            <li key={sentence}>
              <span>
                <TermText text={sentence} terms={introductionTerms} />
              </span>
            </li>
          ))}
        </ol>
        <p>
          <a href="#/recorded">Watch the recorded run</a>{' '}
          <span className="soft">to see it happen before you start one.</span>
        </p>
      </div>
      <ExpectationList />
      <ForkLine />
      {access !== 'hidden' && <Settings field={search} />}
    </section>
  )
}

function Settings({ field }: { readonly field: RefObject<HTMLInputElement | null> }) {
  const experiment = useExperiment((state) => state.experiment)
  const [query, search] = useState('')
  const matches = useMemo(() => settingsMatching(query), [query])
  const mayBeSeen = (key: Key) => accessOf(settingControls(key), experiment) !== 'hidden'
  const isShown = (key: Key) => mayBeSeen(key) && (matches === null || matches.has(key))
  const found = matches === null ? null : [...matches].filter(mayBeSeen)
  return (
    <>
      <SettingsHead isShown={isShown} />
      <SettingSearch field={field} query={query} search={search} found={found} />
      <form data-lesson="settings" onSubmit={(event) => event.preventDefault()}>
        {settingGroups.map((group) => {
          const Group = group.title === 'Rewards' ? Rewards : GroupOfSettings
          return (
            <Fragment key={group.title}>
              <Group group={group} isShown={isShown} searching={matches !== null} />
              {group.title === 'Questions' && (
                // A search leaves what was read in place.
                <div hidden={matches !== null}>
                  <OwnQuestions />
                </div>
              )}
            </Fragment>
          )
        })}
      </form>
    </>
  )
}

/** What differs from the preset, and what is refused and does not stand below with its reason. */
function SettingsHead({ isShown }: { readonly isShown: (key: Key) => boolean }) {
  const preset = useLab((state) => state.preset)
  const { settings, refused } = useTrain((state) => state.draft)
  const elsewhere = refused.filter(({ key }) => !editedKeys.some((own) => own === key && isShown(own)))
  return (
    <header className="setup-head">
      <h2>Settings</h2>
      <ChangedLine from={preset.config} to={settings} label={preset.label} />
      {elsewhere.map(({ key, sentence }) => (
        <p key={key} className="problem" role="alert">
          <span className="mono">{key}</span>: {sentence}
        </p>
      ))}
      {refused.length > 0 && (
        <p className="visually-hidden" role="status">
          {refused.length === 1 ? 'One setting needs' : `${refused.length} settings need`} a correction.
        </p>
      )}
    </header>
  )
}

function ForkLine() {
  const fork = useTrain((state) => state.fork)
  const setFork = useTrain((state) => state.setFork)
  if (fork === null) return null
  return (
    <p className="fork-line" role="status">
      The next run goes on from <strong>{fork.name}</strong> after step {fork.step}: with its{' '}
      <Term name="adapter">adapter</Term>, <Term name="optimiser">optimiser</Term> and curves, and the
      settings below. Leader and shape of the adapter have to stay.{' '}
      <button type="button" className="link-button" onClick={() => setFork(null)}>
        Begin with an untrained leader instead
      </button>
    </p>
  )
}
