/** Samples for votes at equal budget (MLPO §5): one more of every voter, until the next would fit no question's budget. */
import { inTurn, wantsMore } from './evaluation/budget-vote.ts'
import { currencies, type Cost } from './evaluation/cost.ts'
import type { Told } from './evaluation/told.ts'
import type { Working } from './evaluate-pool.ts'

/** @returns [question][voter][sample]; every voter of a question has the same number of samples or more. */
export async function* untilSpent({
  samples,
  budgets,
  firsts,
  more,
}: {
  /** What there is already: [question][voter][sample]. */
  readonly samples: readonly (readonly (readonly Told[])[])[]
  /** [question] */
  readonly budgets: readonly Cost[]
  /** Who speaks first, [question]. */
  readonly firsts: readonly number[]
  /** All samples of these questions, `count` or more of each voter. */
  readonly more: (questions: readonly number[], count: number) => Working<(readonly (readonly Told[])[])[]>
}): Working<(readonly (readonly Told[])[])[]> {
  const all = [...samples]
  for (;;) {
    const open = [...all.entries()].filter(([q, own]) => {
      const budget = budgets[q]
      const votes = inTurn(own, firsts[q] ?? 0)
      return budget !== undefined && currencies.some((currency) => wantsMore(votes, currency, budget))
    })
    const [first] = open
    if (first === undefined) return all
    const count = 1 + Math.min(...open.flatMap(([, own]) => own.map(({ length }) => length)))
    const questions = open.map(([q]) => q)
    const grown = yield* more(questions, count)
    for (const [i, q] of questions.entries()) all[q] = grown[i] ?? []
  }
}
