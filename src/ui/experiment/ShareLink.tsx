/** The link itself, and what it does: read back from the link, so that nothing is promised that it does not hold. */
import { useState } from 'react'
import { differences } from '../../mlpo/config/config.ts'
import { valueText } from '../train/draft.ts'
import { controlNamed } from './controls.ts'
import type { ControlName } from './controls.ts'
import type { Experiment } from './experiment.ts'
import { NeedList } from './NeedsNotice.tsx'
import { needLines } from './needs.ts'
import { expectationWords } from './expectation.ts'
import { readLink } from './readLink.ts'
import { sharePlaces } from './sharePlaces.ts'
import { withoutPresent } from '../app/present.ts'
import { writeLink } from './writeLink.ts'

export function ShareLink({
  experiment,
  place,
}: {
  readonly experiment: Experiment
  readonly place: string
}) {
  const search = writeLink(experiment, { keep: withoutPresent(location.search) })
  const address = `${location.origin}${location.pathname}${search}#/${place}`
  const [copied, setCopied] = useState('')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address)
      setCopied(address)
    } catch {
      setCopied('refused')
    }
  }
  return (
    <fieldset>
      <legend>The link</legend>
      <textarea
        className="field share-link"
        aria-label="The link"
        readOnly
        rows={3}
        value={address}
        onFocus={(event) => event.target.select()}
      />
      <p className="row">
        <button type="button" className="button main" onClick={() => void copy()}>
          {copied === address ? 'Copied' : 'Copy the link'}
        </button>
        <a className="button" href={address} target="_blank" rel="noreferrer">
          Open it as a student
        </a>
        {copied === 'refused' && (
          <span className="problem" role="alert">
            The browser does not let this page copy. Select the text above instead.
          </span>
        )}
      </p>
      <Preview search={search} place={place} />
    </fieldset>
  )
}

function Preview({ search, place }: { readonly search: string; readonly place: string }) {
  const { experiment, problems } = readLink(search)
  const { preset, config, hidden, locked, expectations, note, needs } = experiment
  const lines = needLines(needs, { source: null, rewards: [] })
  const changes = differences(preset.config, config)
  const label = sharePlaces.find((each) => each.place === place)?.label ?? place
  return (
    <section className="share-preview" aria-label="What the student will see">
      <p>
        <strong>What the student will see.</strong> {label}, with the preset {preset.label}
        {changes.length === 0 ? ' as it is.' : ', in which '}
        {changes.map(({ key, to }, at) => (
          <span key={key}>
            {at > 0 && ', '}
            <span className="mono">{key}</span> is {valueText(key, to)}
          </span>
        ))}
        {changes.length > 0 && '.'}
      </p>
      {note !== '' && <p>At the top: “{note}”</p>}
      {lines.length > 0 && (
        <>
          <p>At the top, until it is there:</p>
          <NeedList lines={lines} />
        </>
      )}
      {hidden.length > 0 && <p>Hidden: {labels(hidden)}.</p>}
      {locked.length > 0 && <p>Locked: {labels(locked)}.</p>}
      {hidden.length + locked.length > 0 && (
        <p className="soft">
          A line says that the link did so, with a button “Show everything”: this guides, it does not guard.
        </p>
      )}
      {expectations.map((expectation) => (
        <p key={expectationWords(expectation)}>Expected: {expectationWords(expectation)}.</p>
      ))}
      {problems.map(({ what, why }) => (
        <p key={what} className="problem" role="alert">
          <span className="mono">{what}</span> {why}.
        </p>
      ))}
    </section>
  )
}

function labels(names: readonly ControlName[]): string {
  return names.map((name) => controlNamed(name)?.label ?? name).join(', ')
}
