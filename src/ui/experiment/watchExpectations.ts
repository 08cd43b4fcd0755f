/** Judges the expectations of a link whenever the run has something new, whichever place is open. */
import type { TrainStore } from '../train/trainStore.ts'
import { expectationWords, judge } from './expectation.ts'
import type { Expectation, Standing } from './expectation.ts'

interface WatchOptions {
  readonly train: TrainStore
  readonly expectations: () => readonly Expectation[]
  readonly changed: (standings: readonly Standing[], announcement: string) => void
}

/** The result judges anew at once. */
export function watchExpectations({ train, expectations, changed }: WatchOptions): () => void {
  let held: readonly Standing[] = []
  const look = () => {
    const wanted = expectations()
    const { run, metrics, evaluations } = train.getState()
    const over = run?.mode === 'finished'
    const names = wanted.map(({ figure }) => figure.name)
    const steps = run === null || names.length === 0 ? [] : metrics.rows(names)
    const standings = wanted.map((each) => judge(each, { steps, evaluations, over }))
    if (JSON.stringify(standings) === JSON.stringify(held)) return
    const news = standings.flatMap((standing, at) => {
      const expectation = wanted[at]
      if (expectation === undefined || standing.state === 'pending' || standing.state === held[at]?.state)
        return []
      return [`${standing.state === 'met' ? 'Met' : 'Missed'}: ${expectationWords(expectation)}.`]
    })
    held = standings
    changed(standings, news.join(' '))
  }
  const { metrics, evaluationLog } = train.getState()
  metrics.subscribe(look)
  evaluationLog.subscribe(look)
  train.subscribe((state, before) => {
    if (state.run?.mode !== before.run?.mode || state.run?.runId !== before.run?.runId) look()
  })
  return look
}
