/**
 * Debate of the peers (Du et al. 2023): each answers, then reads the others and revises; the last answers vote. There is
 * no leader: what the others wrote stands where a peer expects the leader's output, because that is the wording that it
 * knows. Two turns at least, or as many as the team has rounds.
 */
import { judgePeer } from '../answers/check.ts'
import { sumCosts } from '../evaluation/cost.ts'
import type { Told } from '../evaluation/told.ts'
import type { Ask, Working } from '../evaluate-pool.ts'
import { voteScore } from '../vote.ts'
import { proposed } from './answering.ts'
import type { Exam, Method } from './method.ts'

export const debate: Method = {
  name: 'debate',
  label: 'Debate',
  description: 'The peers read each other and revise; the vote of their last answers.',
  needs: [],
  plan: null,
  async *answer(exam) {
    const { bench, tasks } = exam
    const turns = Math.max(2, bench.settings.eval_rounds)
    let current: readonly (readonly Told[])[] = (yield* proposed(bench, tasks)).map(({ peers }) => peers)
    let costs = current.map(costOfAll)
    for (let turn = 1; turn < turns; turn++) {
      current = yield* revised(exam, { current, turn })
      costs = costs.map((before, q) => sumCosts([before, costOfAll(current[q] ?? [])]))
    }
    return [{ way: 'team', scores: current.map(voteScore), costs }]
  },
}

/** [question][peer] */
async function* revised(
  { bench, tasks }: Exam,
  { current, turn }: { readonly current: readonly (readonly Told[])[]; readonly turn: number },
): Working<Told[][]> {
  const next: Told[][] = tasks.map(() => [])
  for (const [peer, { engine, role, style }] of bench.team.peers.entries()) {
    const asks = tasks.map(({ id, question }, q): Ask => {
      const texts = (current[q] ?? []).map(({ text }) => text)
      const others = texts.filter((_, other) => other !== peer).join('\n')
      const messages = style.revise({ role, question, own: texts[peer] ?? '', leader: others })
      return { id: `debate/${id}/${peer}/${turn}`, key: null, count: 1, prompt: engine.render(messages) }
    })
    const written = yield* bench.pool.take(engine, asks, {
      speaker: `peer/${peer}`,
      maxTokens: bench.settings.max_proposal_length,
      temperature: bench.temperatures.peers,
      label: 'debate',
      ...(bench.signal && { signal: bench.signal }),
    })
    for (const [q, task] of tasks.entries())
      for (const { text, cost } of written[q] ?? []) {
        const { thought, answer, right } = judgePeer(task, text)
        next[q]?.push({ text, thought, answer, right, cost })
      }
  }
  return next
}

function costOfAll(told: readonly Told[]) {
  return sumCosts(told.map(({ cost }) => cost))
}
