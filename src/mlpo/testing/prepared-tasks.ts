/** Small training questions for tests: "Add 3 and 4." with proposals of which some are wrong. */
import type { PreparedTask, ProposalSource } from '../batches.ts'
import type { Proposal } from '../stages.ts'

interface Amounts {
  readonly count: number
  readonly peers: number
  readonly variants: number
}

export function preparedSource({
  dropped = [],
  ...amounts
}: Amounts & {
  /** Indexes that the easy filter drops. */
  readonly dropped?: readonly number[]
}): ProposalSource {
  const tasks = preparedTasks(amounts)
  return {
    id: JSON.stringify([amounts, dropped]),
    tasks: tasks.map(({ task }) => task),
    prepare: (indexes) =>
      Promise.resolve(indexes.map((index) => (dropped.includes(index) ? null : (tasks[index] ?? null)))),
  }
}

export function preparedTasks({ count, peers, variants }: Amounts): PreparedTask[] {
  return Array.from({ length: count }, (_, index) => {
    const a = 1 + (index % 4)
    const b = 1 + (index % 3)
    const sum = a + b
    const propose = (peer: number, variant: number): Proposal => {
      const right = (index + peer + variant) % 3 !== 0
      const answer = String(right ? sum : sum + 1 + (peer % 2))
      return { peer, text: `${a} + ${b} = ${answer}. Answer: ${answer}`, answer, right }
    }
    return {
      task: {
        id: `add-${index}`,
        key: `add/${index}`,
        family: index % 2 === 0 ? 'even' : 'odd',
        domain: 'math',
        question: `Add ${a} and ${b}.`,
        answer: String(sum),
        answer_type: 'number',
      },
      proposals: Array.from({ length: peers }, (_, peer) =>
        Array.from({ length: variants }, (_, variant) => propose(peer, variant)),
      ),
    }
  })
}
