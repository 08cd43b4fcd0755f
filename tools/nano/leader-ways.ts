/**
 * The ways to decide that the nano leader is taught, each with a fifth of the mass and none tied to a family or a
 * seat: what to prefer when is left for MLPO to learn. A completion is a list of segments with loss weights, so that
 * a working with a slip can be shown (weight 0) without being taught.
 */
import type { Random } from '../../src/mlpo/random.ts'
import type { Problem, Solution } from '../../src/mlpo/task.ts'

export type Segment = readonly [text: string, weight: number]

export type Way = 'follow' | 'majority' | 'own' | 'compare' | 'inspect'
const ownWays: readonly Way[] = ['own', 'compare', 'inspect']
/** Each as likely: what the leader is made of. */
export const allWays: readonly Way[] = ['follow', 'majority', ...ownWays]
/** The answer is a peer's, and the thought says whose: finding it again is the slowest of a team's lessons. */
export const copyingWays: readonly Way[] = ['follow', 'majority']

export interface TeamView {
  readonly problem: Problem
  /** In seat order. */
  readonly solutions: readonly Solution[]
  /** Proposals of another question, or all wrong: only an own working helps. */
  readonly useless: boolean
}

/** Thought and answer without the team. */
export function aloneCompletion(problem: Problem): Segment[] {
  const { steps, answer } = problem.solve()
  return completion([[`I work. ${steps.join(' ')}`, 1]], answer)
}

/** Thought and answer in one of the ways, or of those that help where the team is useless. */
export function teamCompletion(view: TeamView, random: Random, ways: readonly Way[]): Segment[] {
  const way = random.pick(view.useless ? ownWays : ways)
  switch (way) {
    case 'follow':
      return follow(view, random)
    case 'majority':
      return majority(view, random)
    case 'own':
      return completion([[`I work. ${working(view.problem)}`, 1]], view.problem.answer)
    case 'compare':
      return compare(view, random)
    case 'inspect':
      return inspect(view, random)
  }
  return way satisfies never
}

function follow({ solutions }: TeamView, random: Random): Segment[] {
  const seat = random.int(0, solutions.length - 1)
  return completion([[`I follow peer ${seat + 1}.`, 1]], answerAt(solutions, seat))
}

function majority(view: TeamView, random: Random): Segment[] {
  const seats = largestBloc(view.solutions)
  if (seats.length < 2) {
    const seat = random.int(0, view.solutions.length - 1)
    return completion([[`No two agree. I follow peer ${seat + 1}.`, 1]], answerAt(view.solutions, seat))
  }
  return completion([[`${names(seats)} agree.`, 1]], answerAt(view.solutions, seats[0] ?? 0))
}

/** Own working first, then a look at who agrees; where nobody does, half the time a peer is followed. */
function compare(view: TeamView, random: Random): Segment[] {
  const slipped = !view.useless && random.uniform() < 0.3
  const own = slipped ? view.problem.slip(random) : view.problem.solve()
  const opening: Segment[] = [
    ['I work. ', 1],
    [own.steps.join(' '), slipped ? 0 : 1],
  ]
  const agreeing = view.solutions.flatMap(({ answer }, seat) => (answer === own.answer ? [seat] : []))
  if (agreeing.length > 0)
    return completion(
      [...opening, [` ${names(agreeing)} agree${agreeing.length === 1 ? 's' : ''}.`, 1]],
      own.answer,
    )
  if (!slipped) return completion([...opening, [' No peer agrees.', 1]], own.answer)
  const bloc = largestBloc(view.solutions)
  const seat = bloc.length > 1 ? (bloc[0] ?? 0) : random.int(0, view.solutions.length - 1)
  return completion(
    [...opening, [` No peer agrees. I follow peer ${seat + 1}.`, 1]],
    answerAt(view.solutions, seat),
  )
}

/** Own working, read against one peer's: is it right, and if not, at which step does it slip? */
function inspect(view: TeamView, random: Random): Segment[] {
  const seat = random.int(0, view.solutions.length - 1)
  const solution = view.solutions[seat]
  const own = working(view.problem)
  const verdict =
    solution?.answer === view.problem.answer
      ? `Peer ${seat + 1} is right.`
      : solution?.slipStep == null || view.useless
        ? `Peer ${seat + 1} is wrong.`
        : `Peer ${seat + 1} slips at step ${solution.slipStep + 1}.`
  return completion([[`I check peer ${seat + 1}. ${own} ${verdict}`, 1]], view.problem.answer)
}

function completion(thought: readonly Segment[], answer: string): Segment[] {
  return [['<think>', 1], ...thought, [`</think><answer>${answer}</answer><|end|>`, 1]]
}

function working(problem: Problem): string {
  return problem.solve().steps.join(' ')
}

function answerAt(solutions: readonly Solution[], seat: number): string {
  const solution = solutions[seat]
  if (solution === undefined) throw new RangeError(`no solution at seat ${seat}`)
  return solution.answer
}

/** "1 and 3", "1, 2 and 3". */
function names(seats: readonly number[]): string {
  const numbers = seats.map((seat) => String(seat + 1))
  const last = numbers.pop() ?? ''
  return numbers.length === 0 ? last : `${numbers.join(', ')} and ${last}`
}

/** Seats of the most frequent answer; the first such answer where counts tie. */
function largestBloc(solutions: readonly Solution[]): number[] {
  let best: number[] = []
  for (const { answer } of solutions) {
    const bloc = solutions.flatMap((other, seat) => (other.answer === answer ? [seat] : []))
    if (bloc.length > best.length) best = bloc
  }
  return best
}
