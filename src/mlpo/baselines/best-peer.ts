/** The peer that was right most often on the training questions answers everything (MLPO §5). */
import { bestSeat } from '../evaluation/choosers.ts'
import { proposed, votesLine } from './answering.ts'
import type { Method } from './method.ts'
import { solvedByPeer } from './solved.ts'

export const bestPeer: Method = {
  name: 'best-peer',
  label: 'Best single peer',
  description: 'The peer that was right most often on training questions.',
  needs: [],
  plan: null,
  async *answer({ bench, tasks, train }) {
    const best = bestSeat(solvedByPeer(await train()))
    const shown = yield* proposed(bench, tasks)
    return [
      votesLine(
        'team',
        shown.map(({ peers }) => peers.filter((_, peer) => peer === best)),
      ),
    ]
  },
}
