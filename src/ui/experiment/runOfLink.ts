/**
 * Which run belongs to which link. A reload goes on with the last run; but who opens the link of an experiment shall find
 * that experiment, and not a run of something else that this browser still has.
 */
import { remember, remembered } from '../app/settings.ts'
import type { TrainStore } from '../train/trainStore.ts'
import type { Experiment } from './experiment.ts'
import { isExperiment } from './experimentStore.ts'
import { readLink } from './readLink.ts'
import { writeLink } from './writeLink.ts'

const key = 'leader-lab.run-of-link'

/** Which controls are open and which lesson is shown makes no other experiment. */
function nameOf(experiment: Experiment): string {
  return writeLink({ ...experiment, showAll: false, lesson: null })
}

export function rememberRun(train: TrainStore): void {
  train.subscribe(({ run }, before) => {
    if (run === null || run.saved || run.runId === before.run?.runId) return
    const { experiment } = readLink(location.search)
    remember(key, JSON.stringify([run.runId, nameOf(experiment)]))
  })
}

export function isRunOfLink(runId: string, experiment: Experiment): boolean {
  return !isExperiment(experiment) || remembered(key) === JSON.stringify([runId, nameOf(experiment)])
}
