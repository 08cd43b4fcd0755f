/** Which questions of a report are worth reading: where the team helped, misled, failed, or where training changed it. */
import type { AskedQuestion } from '../../mlpo/evaluation/report.ts'
import { uniquePlurality } from '../../mlpo/vote.ts'

export type FilterName = 'all' | 'overruled' | 'misled' | 'all-wrong' | 'changed'

export interface Filter {
  readonly name: FilterName
  readonly label: string
  /** What it takes, in a sentence. */
  readonly means: string
  readonly fits: (question: AskedQuestion) => boolean
}

/** The leader that the report is about. */
export function mainLeader({ leaders }: AskedQuestion): AskedQuestion['leaders'][number] | undefined {
  return leaders.at(-1)
}

export const filters: readonly Filter[] = [
  { name: 'all', label: 'All', means: 'Every question of the set.', fits: () => true },
  {
    name: 'overruled',
    label: 'Overruled rightly',
    means: 'One answer has the most votes of the peers; the leader gives another one and is right.',
    fits(question) {
      const winner = uniquePlurality(question.peers.map(({ answer }) => answer))
      const team = mainLeader(question)?.team
      return winner !== null && team?.right === true && team.answer !== winner
    },
  },
  {
    name: 'misled',
    label: 'Misled',
    means: 'Alone the leader is right; with its team it is wrong.',
    fits(question) {
      const leader = mainLeader(question)
      return leader?.alone?.right === true && !leader.team.right
    },
  },
  {
    name: 'all-wrong',
    label: 'All wrong',
    means: 'No peer is right, and the leader with its team is not either.',
    fits: (question) =>
      question.peers.every(({ right }) => !right) && mainLeader(question)?.team.right === false,
  },
  {
    name: 'changed',
    label: 'Changed by training',
    means: 'Before and after training the leader with its team gives different answers.',
    fits({ leaders }) {
      const [before] = leaders
      const after = leaders.at(-1)
      return leaders.length > 1 && before?.team.answer !== after?.team.answer
    },
  },
]
