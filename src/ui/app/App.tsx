/** The shell: header, one place at a time, what screen readers hear. Every place keeps its state when it is left. */
import { lazy, Suspense, useEffect, useRef } from 'react'
import type { Preset } from '../../mlpo/config/presets.ts'
import { ArenaView } from '../arena/ArenaView.tsx'
import { ExperimentBanner } from '../experiment/ExperimentBanner.tsx'
import { HiddenPlace } from '../experiment/HiddenPlace.tsx'
import { useExperiment } from '../experiment/experimentStore.ts'
import { isHiddenPlace } from '../experiment/places.ts'
import { TermScope } from '../glossary/Term.tsx'
import { RecordedView } from '../recorded/RecordedView.tsx'
import { useLab } from '../shared/labStore.ts'
import { DownloadDialog } from '../team/DownloadDialog.tsx'
import { TeamView } from '../team/TeamView.tsx'
import { TrainView } from '../train/TrainView.tsx'
import { Header } from './Header.tsx'
import { SiteFooter } from './SiteFooter.tsx'
import { labelOf, usePlace } from './route.ts'

/** Fetched with the first visit to the place. */
const RunsView = lazy(async () => {
  const { RunsView: view } = await import('../runs/RunsView.tsx')
  return { default: view }
})

const StorageView = lazy(async () => ({
  default: (await import('../storage/StorageView.tsx')).StorageView,
}))

const GlossaryView = lazy(async () => ({
  default: (await import('../glossary/GlossaryView.tsx')).GlossaryView,
}))

/** Its figures are worth fetching only for who looks at them. */
const EvaluateView = lazy(async () => ({
  default: (await import('../evaluate/EvaluateView.tsx')).EvaluateView,
}))
/** Lessons are read by few, and bring their reader with them. */
const LearnView = lazy(async () => ({ default: (await import('../learn/LearnView.tsx')).LearnView }))
const LessonPanel = lazy(async () => ({
  default: (await import('../learn/LessonPanel.tsx')).LessonPanel,
}))

export function App({ presets }: { readonly presets: readonly Preset[] }) {
  const place = usePlace()
  const announcement = useLab((state) => state.announcement)
  const isHidden = useExperiment(({ experiment }) => isHiddenPlace(place, experiment))
  const lesson = useExperiment((state) => state.experiment.lesson)
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
      <ExperimentBanner />
      <div className={lesson === null ? undefined : 'has-lesson'}>
        <main id="main" ref={main} tabIndex={-1}>
          <TermScope key={place}>
            {isHidden && <HiddenPlace />}
            {place === 'arena' && !isHidden && <ArenaView />}
            {place === 'train' && <TrainView />}
            {place === 'evaluate' && !isHidden && (
              <Suspense>
                <EvaluateView />
              </Suspense>
            )}
            {place === 'team' && !isHidden && <TeamView />}
            {place === 'recorded' && <RecordedView />}
            {place === 'runs' && !isHidden && (
              <Suspense fallback={<p className="soft place-loading">Loading…</p>}>
                <RunsView />
              </Suspense>
            )}
            {place === 'storage' && (
              <Suspense fallback={<p className="soft place-loading">Loading…</p>}>
                <StorageView />
              </Suspense>
            )}
            {place === 'learn' && (
              <Suspense>
                <LearnView />
              </Suspense>
            )}
            {place === 'glossary' && (
              <Suspense fallback={<p className="soft place-loading">Loading…</p>}>
                <GlossaryView />
              </Suspense>
            )}
          </TermScope>
        </main>
        {lesson !== null && (
          <Suspense>
            <LessonPanel name={lesson} />
          </Suspense>
        )}
      </div>
      <SiteFooter />
      <DownloadDialog />
      <div className="visually-hidden" role="status" aria-live="polite">
        {announcement}
      </div>
    </>
  )
}
