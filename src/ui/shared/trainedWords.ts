/** How the page calls a trained leader: by its steps, or by the adapter that it has from elsewhere. */
import { counted } from './format.ts'
import type { TrainedLeader } from './labStore.ts'

/** "after 3 steps", "with adapter route.zip", "with adapter route.zip after 3 steps". */
export function trainedWords({ steps, adapter }: Pick<TrainedLeader, 'steps' | 'adapter'>): string {
  const after = `after ${counted(steps, 'step')}`
  if (adapter === null) return after
  return steps === 0 ? `with adapter ${adapter}` : `with adapter ${adapter} ${after}`
}
