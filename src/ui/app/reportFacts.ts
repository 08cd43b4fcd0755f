/** What a report says of the page at this moment: only what the page knows already. */
import type { LabStore } from '../shared/labStore.ts'
import type { ReportFacts } from '../shared/report.ts'
import type { TrainStore } from '../train/trainStore.ts'
import { labelOf, placeOf } from './route.ts'
import { appVersion, buildName } from './version.ts'

export function reportFacts({
  lab,
  train,
}: {
  readonly lab: LabStore
  readonly train: TrainStore
}): ReportFacts {
  const { run } = train.getState()
  const { preset, team } = lab.getState()
  const { deviceMemory = null } = navigator as { readonly deviceMemory?: number }
  return {
    when: new Date().toISOString(),
    version: appVersion,
    build: buildName,
    place: labelOf(placeOf(location.hash)),
    run: run && { mode: run.mode, step: run.step, steps: run.config.max_steps, saved: run.saved },
    team,
    browser: {
      userAgent: navigator.userAgent,
      cores: navigator.hardwareConcurrency,
      memoryGb: deviceMemory,
      isolated: crossOriginIsolated,
      gpu: 'gpu' in navigator,
    },
    config: run?.config ?? preset.config,
  }
}
