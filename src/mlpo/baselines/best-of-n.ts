/**
 * Best-of-n without a verifier (MLPO §5): of as many completions as the team would make, T·(K+1), the one that the
 * leader itself finds likeliest per token. The completions are the first n of those that self-consistency draws.
 */
import type { Completion } from '../../engine/engine.ts'
import { judgeLeader } from '../answers/check.ts'
import { costOf, sumCosts } from '../evaluation/cost.ts'
import { score } from '../evaluation/told.ts'
import { mean } from '../statistics.ts'
import type { Exam, Line, Method } from './method.ts'

/** Questions that are asked together. */
const chunkQuestions = 8

export const bestOfN: Method = {
  name: 'best-of-n',
  label: 'Best of n',
  description:
    'Of T·(K+1) completions of the untrained leader alone the one that it finds likeliest per token.',
  needs: [],
  plan: null,
  async *answer(exam) {
    const lines: Pick<Line, 'scores' | 'costs'>[] = []
    const { tasks } = exam
    for (let start = 0; start < tasks.length; start += chunkQuestions) {
      const chunk = tasks.slice(start, start + chunkQuestions)
      lines.push(await answered({ ...exam, tasks: chunk }))
      const done = start + chunk.length
      yield { what: 'evaluate', label: 'best of n', done, total: tasks.length, unit: 'questions' }
    }
    return [
      {
        way: 'alone',
        scores: lines.flatMap(({ scores }) => scores),
        costs: lines.flatMap(({ costs }) => costs),
      },
    ]
  },
}

async function answered({ bench, tasks }: Exam): Promise<Pick<Line, 'scores' | 'costs'>> {
  const { team, settings, temperatures, signal } = bench
  const count = settings.eval_rounds * (team.peers.length + 1)
  const requests = tasks.map(({ id, question }) => ({
    id: `evaluate/${id}/alone`,
    prompt: team.leader.render(team.style.leader({ question, solutions: null })),
    count,
  }))
  const sampled = await team.leader.sample(requests, {
    maxTokens: settings.max_completion_length,
    temperature: temperatures.leader,
    seed: settings.seed,
    ...(signal && { signal }),
  })
  return {
    scores: tasks.map((task, q) => {
      const best = likeliest(sampled[q] ?? [])
      return best === null ? 0 : score(judgeLeader(task, team.leader.decode(best.ids)))
    }),
    costs: requests.map(({ prompt }, q) =>
      sumCosts(
        (sampled[q] ?? []).map(({ ids }) =>
          costOf({ promptTokens: prompt.length, generatedTokens: ids.length, milliseconds: 0 }),
        ),
      ),
    ),
  }
}

/** By the mean log-probability of a token; the first of equal ones. */
export function likeliest<One extends Pick<Completion, 'logprobs'>>(completions: readonly One[]): One | null {
  const likelihood = ({ logprobs }: One) => (logprobs.length === 0 ? -Infinity : mean([...logprobs]))
  return completions.reduce<One | null>(
    (best, one) => (best === null || likelihood(one) > likelihood(best) ? one : best),
    null,
  )
}
