/**
 * Makes the stores, shows the page, and then looks for a saved run. Takes the maker of the client as a parameter, so that
 * the views can be tried with a scripted one (`src/ui/testing`).
 */
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import type { CreateLabClient, SavedRun } from '../../workers/client-types.ts'
import { ArenaContext, createArenaStore } from '../arena/arenaStore.ts'
import { createEvaluateStore, EvaluateContext } from '../evaluate/evaluateStore.ts'
import { ExperimentContext, createExperimentStore } from '../experiment/experimentStore.ts'
import { isRunOfLink, rememberRun } from '../experiment/runOfLink.ts'
import { ReportContext } from '../shared/report.ts'
import { LabContext, createLabStore } from '../shared/labStore.ts'
import { createLink } from '../shared/link.ts'
import { TeamContext, createTeamStore } from '../team/teamStore.ts'
import { draftOfTeam, ownTeam, sameTeam } from '../team/teamDraft.ts'
import { watchElsewhere } from '../train/elsewhere.ts'
import { keepAwake, thisScreen } from '../train/wakeLock.ts'
import { TrainContext, createTrainStore, showSaved } from '../train/trainStore.ts'
import { RecordedContext, createRecordedStore } from '../recorded/recordedStore.ts'
import { RunsContext } from '../runs/runsContext.ts'
import { App } from './App.tsx'
import { keepForOffline } from './offline.ts'
import { applyPresent } from './present.ts'
import { FaultBoundary } from './FaultBoundary.tsx'
import { reportFacts } from './reportFacts.ts'
import {
  addressSettings,
  applyTheme,
  isFirstVisit,
  nearestPreset,
  rememberLive,
  savedTheme,
} from './settings.ts'
import './styles.ts'

export function start({ load }: { readonly load: () => Promise<CreateLabClient> }): void {
  const { preset, presets, wanted } = addressSettings(location.search)
  applyTheme(savedTheme())
  applyPresent(location.search)
  const modelBase = new URL('models/', document.baseURI).href
  const link = createLink({ load, modelBase, wanted })
  const lab = createLabStore({ link, preset, modelBase })
  const arena = createArenaStore({ link, lab })
  const train = createTrainStore({ link, lab })
  const evaluate = createEvaluateStore({ link, lab })
  const team = createTeamStore({ link, lab, presets, modelBase, wanted })
  const showRun = (saved: SavedRun) => {
    const near = nearestPreset(saved.config, presets)
    const isTheirs = near !== null && sameTeam(draftOfTeam(near.config), draftOfTeam(saved.config))
    const fitting = isTheirs ? near : ownTeam(saved.config)
    if (fitting !== lab.getState().preset) lab.getState().choosePreset(fitting)
    showSaved(train, saved)
  }
  const recordings = new URL('recordings/', document.baseURI).href
  const recorded = createRecordedStore({ link, lab, train, showRun, recordings })
  lab.subscribe(({ team: loaded }, before) => loaded !== null && loaded !== before.team && rememberLive())
  if (location.hash === '' && isFirstVisit(location.search)) {
    history.replaceState(null, '', '#/recorded')
    void recorded.getState().open()
  }

  const experiment = createExperimentStore({ lab, train, search: location.search })
  rememberRun(train)
  watchElsewhere(train, link)

  const element = document.getElementById('app')
  if (element === null) throw new Error('index.html has no #app')
  createRoot(element).render(
    <StrictMode>
      <ReportContext value={() => reportFacts({ lab, train })}>
        <FaultBoundary>
          <LabContext value={lab}>
            <ArenaContext value={arena}>
              <TrainContext value={train}>
                <EvaluateContext value={evaluate}>
                  <TeamContext value={team}>
                    <ExperimentContext value={experiment}>
                      <RecordedContext value={recorded}>
                        <RunsContext value={{ link, train, showRun, presets }}>
                          <App presets={presets} />
                        </RunsContext>
                      </RecordedContext>
                    </ExperimentContext>
                  </TeamContext>
                </EvaluateContext>
              </TrainContext>
            </ArenaContext>
          </LabContext>
        </FaultBoundary>
      </ReportContext>
    </StrictMode>,
  )

  const showLastRun = async () => {
    const saved = await (await link.client()).savedRun()
    if (saved === null || (saved.step < 1 && saved.adapter === null) || train.getState().run !== null) return
    if (!isRunOfLink(saved.runId, experiment.getState().experiment)) return
    showRun(saved)
  }
  keepForOffline()
  keepAwake(train, thisScreen)
  // Without a readable last run the page starts afresh; there is nothing that the visitor could do about it.
  showLastRun().catch(() => undefined)
}
