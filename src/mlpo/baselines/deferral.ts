/**
 * The deferral leader (MLPO §5): it names a peer, and the team's answer is that peer's. What MLPO gains above it is not
 * a matter of whom to ask. Traces that name a seat drawn at random come first and teach the form alone; whom to name is
 * left to the reward. Of the steps, rates and adapter everything is MLPO's.
 */
import { extractLeader } from '../answers/extract.ts'
import { promptDraw } from '../batches.ts'
import type { Config } from '../config/config.ts'
import { episodeCost, finalOf, score } from '../evaluation/told.ts'
import { rounds } from '../evaluate-team.ts'
import { leaderText, type PromptStyle } from '../prompts.ts'
import { stream } from '../random.ts'
import { seatNamed } from '../rewards/deferral.ts'
import type { Trace } from '../sft-stages.ts'
import { planPrompts, rolloutOf } from '../step-sample.ts'
import { proposed } from './answering.ts'
import type { Method, TraceInput } from './method.ts'
import { withTraces } from './with-traces.ts'

/** Questions for the traces that teach the form. */
const formTraces = 64

export const deferral: Method = {
  name: 'deferral',
  label: 'Deferral leader',
  description: 'The leader names a peer, whose answer is the team’s; the reward is that peer’s.',
  needs: [],
  plan: (config) => ({
    config: deferralConfig(config),
    ends: 'steps',
    style: deferralStyle,
    traces: seatTraces,
  }),
  async *answer({ bench, tasks }) {
    const team = { ...bench.team, style: deferralStyle(bench.team.style) }
    // Whoever names a peer has nothing to revise.
    const once = { ...bench, team, settings: { ...bench.settings, eval_rounds: 1 } }
    const shown = yield* proposed(once, tasks)
    const episodes = yield* rounds(once, { shown, sample: 0, label: 'leader names a peer' })
    return [
      {
        way: 'team',
        scores: episodes.map((episode) => {
          const named = extractLeader(finalOf(episode).text)
          const seat = named.status === 'parsed' ? seatNamed(named.answer, episode.seats.length) : null
          const peer = seat === null ? undefined : episode.peers[episode.seats[seat] ?? -1]
          return peer === undefined ? 0 : score(peer)
        }),
        costs: episodes.map(episodeCost),
      },
    ]
  },
}

/** A name is nothing to revise proposals by, nor for rewards of answers. */
function deferralConfig(config: Config): Config {
  const format = config.reward_weights[config.reward_funcs.indexOf('format')] ?? 0.1
  return {
    ...withTraces(config),
    ...{ reward_funcs: ['deferral', 'format'], reward_weights: [1, format] },
    ...{ custom_rewards: [], custom_reward_weights: [], proposal_rounds: 1, refresh_proposals: null },
  }
}

/** Models that read instructions are told; the embedded leader learns it from the traces. */
export function deferralStyle(own: PromptStyle): PromptStyle {
  return {
    ...own,
    leader: (input) =>
      own.leader(input).map((message) =>
        message.role === 'system' && message.content.includes('<answer>')
          ? {
              ...message,
              content:
                'You decide whose answer counts. Write your reasoning between <think> and </think>, ' +
                'then only the number of that peer between <answer> and </answer>, and nothing else.',
            }
          : message,
      ),
  }
}

/** One trace per question, variant 1, each naming a seat at random. The end token is the leader's own. */
export async function seatTraces({ config, leader, proposals, style, signal }: TraceInput): Promise<Trace[]> {
  const order = stream(config.seed, 'deferral-questions').shuffle([...proposals.tasks.keys()])
  const prepared = await proposals.prepare(order.slice(0, formTraces), signal && { signal })
  const draws = prepared
    .filter((task) => task !== null)
    .map((task) => promptDraw(task, { variant: 0, count: 1 }, config))
  const plans = planPrompts([draws], { leader, style }).flat()
  const requests = plans.map(({ prompt }) => ({
    id: `deferral/${prompt.task.id}`,
    prompt: prompt.promptIds,
    count: 1,
  }))
  const sampled = await leader.sample(requests, {
    maxTokens: config.max_completion_length,
    temperature: 1,
    seed: config.seed,
    ...(signal && { signal }),
  })
  const ended = sampled.flat().find(({ finish }) => finish === 'stop')
  return plans.map(({ prompt }, p): Trace => {
    const seats = prompt.proposals?.length ?? 1
    const number = stream(config.seed, 'deferral-seat', prompt.task.id).int(1, seats)
    const text = leaderText({ thought: `Peer ${number}.`, answer: `${number}` })
    const ids = [...leader.encode(text), ...(ended?.ids.slice(-1) ?? [])]
    const right = sampled[p]?.[0]
    return {
      ...{ prompt, kind: 'kept', text, ids, wrong: null },
      right: right === undefined ? text : rolloutOf(right, { leader, prompt }).text,
    }
  })
}
