/** Numbers of the live page that a lesson asks for; null while the page has none. They are read where the page reads them. */
import type { Score } from '../../mlpo/stages.ts'
import { teachingGroups } from '../train/step.ts'
import { shownStep } from '../train/shownStep.ts'
import type { Live } from './live.ts'

export interface LiveFigure {
  readonly name: string
  /** What has to be on the page first. */
  readonly needs: string
  readonly read: (live: Live) => number | null
}

const scoresOf = ({ train }: Live): readonly Score[] => shownStep(train)?.score?.groups[train.group] ?? []
const rewardsOf = (live: Live) => scoresOf(live).flatMap(({ reward }) => (reward === null ? [] : [reward]))
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const advantagesOf = ({ train }: Live) => shownStep(train)?.advantage?.groups[train.group]?.advantages ?? null

const scored = 'This needs a step with its rewards: press “Next stage” until they are there.'
const withAdvantages = 'This needs a step with its advantages: press “Next stage” until they are there.'

export const liveFigures: readonly LiveFigure[] = [
  { name: 'group-size', needs: scored, read: (live) => scoresOf(live).length || null },
  {
    name: 'group-right',
    needs: scored,
    read: (live) => (scoresOf(live).length === 0 ? null : scoresOf(live).filter(({ right }) => right).length),
  },
  {
    name: 'group-mean',
    needs: scored,
    read: (live) => (rewardsOf(live).length === 0 ? null : sum(rewardsOf(live)) / rewardsOf(live).length),
  },
  {
    name: 'reward-minus-mean',
    needs: scored,
    read: (live) => {
      const reward = scoresOf(live)[live.train.row]?.reward
      const rewards = rewardsOf(live)
      return reward == null ? null : reward - sum(rewards) / rewards.length
    },
  },
  {
    name: 'advantage-selected',
    needs: withAdvantages,
    read: (live) => advantagesOf(live)?.[live.train.row] ?? null,
  },
  {
    name: 'advantage-sum',
    needs: withAdvantages,
    read: (live) => {
      const advantages = advantagesOf(live)
      return advantages === null ? null : sum(advantages)
    },
  },
  {
    name: 'groups-teaching',
    needs: withAdvantages,
    read: ({ train }) => {
      const advantage = shownStep(train)?.advantage
      return advantage == null ? null : teachingGroups(advantage)
    },
  },
  {
    name: 'peers-right',
    needs: 'This needs the whole team’s answer to a drawn question: draw one and press “Ask the team”.',
    read: ({ arena: { exchange } }) => {
      const round = exchange?.threads.base?.rounds[0] ?? exchange?.threads.trained?.rounds[0]
      if (round === undefined || !round.leader.done || round.leader.right === null) return null
      return round.peers.filter(({ right }) => right === true).length
    },
  },
  {
    name: 'changed-minds',
    needs: 'This needs a second round: press “One more round”.',
    read: ({ arena: { exchange } }) => {
      const rounds = exchange?.threads.base?.rounds ?? exchange?.threads.trained?.rounds ?? []
      const first = rounds[0]
      const second = rounds[1]
      if (first === undefined || second === undefined || !second.leader.done) return null
      return second.peers.filter(({ answer }, seat) => answer !== first.peers[seat]?.answer).length
    },
  },
]

export function figureOf(name: string): LiveFigure | undefined {
  return liveFigures.find((figure) => figure.name === name)
}
