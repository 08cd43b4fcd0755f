/** Storage: what this site keeps in the browser, how much of its room that takes, and how to be rid of it. */
import { useEffect, useState } from 'react'
import { keptKinds, type Kept } from '../../storage/kept.ts'
import type { KeptReport } from '../../workers/client-types.ts'
import { TermText } from '../glossary/Term.tsx'
import { useSurroundings } from '../runs/runsContext.ts'
import { ErrorNotice } from '../shared/ErrorNotice.tsx'
import { DeleteDialog } from './DeleteDialog.tsx'
import { createStorageStore, StorageContext, useStorage } from './storageStore.ts'
import { amountText, isThere, kindWords, sizeText } from './words.ts'
import './storage.css'

export function StorageView() {
  const surroundings = useSurroundings()
  const [store] = useState(() => createStorageStore(surroundings))
  useEffect(() => void store.getState().look(), [store])
  return (
    <StorageContext value={store}>
      <Storage />
    </StorageContext>
  )
}

function Storage() {
  const report = useStorage((state) => state.report)
  const problem = useStorage((state) => state.problem)
  const done = useStorage((state) => state.done)
  const look = useStorage((state) => state.look)
  return (
    <div className="storage">
      <header>
        <h1>Storage</h1>
        <p className="soft">
          What this site keeps in this browser, on this device. Nothing of it is sent anywhere, and nobody but
          you can bring it back.
        </p>
      </header>
      {problem !== null && (
        <ErrorNotice error={problem} action={{ label: 'Look again', act: () => void look() }} />
      )}
      <p className="storage-done soft" role="status">
        {done}
      </p>
      {report === null && problem === null && <p className="soft">Looking…</p>}
      {report !== null && (
        <>
          <Room report={report} />
          <Kinds kept={report.kept} />
          <Persistence isPersistent={report.isPersistent} />
        </>
      )}
      <DeleteDialog />
    </div>
  )
}

function Room({ report: { kept, room } }: { readonly report: KeptReport }) {
  const { usageBytes: usage, quotaBytes: quota } = room
  const sum = kept.reduce((total, { bytes }) => total + bytes, 0)
  return (
    <section className="card storage-room" aria-label="Room">
      <p>
        <strong>{sizeText(sum)}</strong> in all
        {usage !== null && quota !== null && (
          <span className="soft">
            . The browser counts {sizeText(usage)}, with its own overhead, of {sizeText(quota)} that it gives
            this site.
          </span>
        )}
      </p>
      {usage !== null && quota !== null && quota > 0 && (
        <div className="progress-track" aria-hidden="true">
          <span style={{ width: `${Math.min(100, (100 * usage) / quota)}%` }} />
        </div>
      )}
    </section>
  )
}

const aboutTerms = { Checkpoints: 'checkpoint', peers: 'peer', 'small models': 'nano' } as const

const onePlace = {
  runs: { href: '#/runs', label: 'One by one in Runs' },
  models: { href: '#/team', label: 'One by one in Team' },
} as const

function Kinds({ kept }: { readonly kept: readonly Kept[] }) {
  const ask = useStorage((state) => state.ask)
  const working = useStorage((state) => state.working)
  const shown = kept.filter((each) => each.kind !== 'other' || isThere(each))
  return (
    <section aria-labelledby="storage-kinds">
      <h2 id="storage-kinds">By kind</h2>
      <ul className="storage-kinds">
        {shown.map((each) => (
          <KindLine key={each.kind} kept={each} />
        ))}
      </ul>
      <button
        type="button"
        className="button"
        disabled={working || !kept.some(isThere)}
        onClick={() => void ask(keptKinds)}
      >
        Delete everything…
      </button>
    </section>
  )
}

function KindLine({ kept }: { readonly kept: Kept }) {
  const ask = useStorage((state) => state.ask)
  const working = useStorage((state) => state.working)
  const { kind } = kept
  const { title, about } = kindWords[kind]
  const place = kind === 'runs' || kind === 'models' ? onePlace[kind] : null
  return (
    <li aria-label={title}>
      <h3>{title}</h3>
      <p className="storage-amount">{amountText(kept)}</p>
      <p className="soft storage-about">
        <TermText text={about} terms={aboutTerms} />{' '}
        {place !== null && isThere(kept) && <a href={place.href}>{place.label}</a>}
      </p>
      <button
        type="button"
        className="button small"
        disabled={working || !isThere(kept)}
        onClick={() => void ask([kind])}
      >
        Delete…<span className="visually-hidden"> {title}</span>
      </button>
    </li>
  )
}

function Persistence({ isPersistent }: { readonly isPersistent: boolean }) {
  const keep = useStorage((state) => state.keep)
  const working = useStorage((state) => state.working)
  const refused = useStorage((state) => state.refusedToKeep)
  return (
    <section className="storage-persistence" aria-labelledby="storage-persistence">
      <h2 id="storage-persistence">How long it stays</h2>
      {isPersistent ? (
        <p>Until you delete it: the browser has agreed not to remove anything of this site by itself.</p>
      ) : (
        <>
          <p>
            Until you delete it, or until the disk is nearly full: then the browser may remove all of it
            without asking.
          </p>
          <button type="button" className="button" disabled={working} onClick={() => void keep()}>
            Ask the browser to keep it
          </button>
          {refused && (
            <p role="status">
              The browser said no. It decides by itself, and rather says yes to pages that are bookmarked,
              installed or often visited. Runs that matter are safe as exported files.
            </p>
          )}
        </>
      )}
    </section>
  )
}
