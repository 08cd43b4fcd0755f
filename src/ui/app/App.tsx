/** The shell: header, one place at a time, what screen readers hear. Every place keeps its state when it is left. */
import { lazy, Suspense, useEffect, useRef } from 'react'
import type { Preset } from '../../mlpo/config/presets.ts'
import { ArenaView } from '../arena/ArenaView.tsx'
import { RecordedView } from '../recorded/RecordedView.tsx'
import { useLab } from '../shared/labStore.ts'
import { DownloadDialog } from '../team/DownloadDialog.tsx'
import { TeamView } from '../team/TeamView.tsx'
import { TrainView } from '../train/TrainView.tsx'
import { Header } from './Header.tsx'
import { labelOf, usePlace } from './route.ts'

/** Fetched with the first visit to the place. */
const RunsView = lazy(async () => {
  const { RunsView: view } = await import('../runs/RunsView.tsx')
  return { default: view }
})

export function App({ presets }: { readonly presets: readonly Preset[] }) {
  const place = usePlace()
  const announcement = useLab((state) => state.announcement)
  const main = useRef<HTMLElement>(null)
  const shown = useRef(place)
  useEffect(() => {
    document.title = `${labelOf(place)} · Leader Lab`
    if (shown.current === place) return
    shown.current = place
    main.current?.focus({ preventScroll: true })
    window.scrollTo({ top: 0 })
  }, [place])
  return (
    <>
      <a
        className="skip-link"
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        Skip to the content
      </a>
      <Header place={place} presets={presets} />
      <main id="main" ref={main} tabIndex={-1}>
        {place === 'arena' && <ArenaView />}
        {place === 'train' && <TrainView />}
        {place === 'team' && <TeamView />}
        {place === 'recorded' && <RecordedView />}
        <Suspense fallback={<p className="soft place-loading">Loading…</p>}>
          {place === 'runs' && <RunsView />}
        </Suspense>
      </main>
      <DownloadDialog />
      <div className="visually-hidden" role="status" aria-live="polite">
        {announcement}
      </div>
    </>
  )
}
