/** The plurality of one proposal per peer; a tie of m scores 1/m (MLPO §5). */
import { proposed, votesLine } from './answering.ts'
import type { Method } from './method.ts'

export const vote: Method = {
  name: 'vote',
  label: 'Vote',
  description: 'The plurality of one proposal per peer.',
  needs: [],
  plan: null,
  async *answer({ bench, tasks }) {
    const shown = yield* proposed(bench, tasks)
    return [
      votesLine(
        'team',
        shown.map(({ peers }) => peers),
      ),
    ]
  },
}
