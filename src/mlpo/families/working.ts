/**
 * From one description of a working to both of its kinds: the right one, and one with a single slip.
 * A family writes its steps once, as a function of `take`; a slip is the same function with one result swapped.
 */
import type { Problem, Solution } from '../task.ts'

/** What a step yields: its text, and whatever the next steps go on with. */
export interface Step {
  readonly text: string
}

/** Writes one step down. In a right working it gives back `right`; where the slip is, one of `wrongs`. */
export type Take = <S extends Step>(right: S, wrongs: readonly S[]) => S

/** Takes the steps in order and returns the answer; null where a slip led outside of the allowed numbers. */
export type Work = (take: Take) => string | null

/** A question that no slip turns wrong: a fault of its family. */
export class NoSlipError extends Error {
  constructor(readonly steps: readonly string[]) {
    super(
      `No slip of "${steps.join(' ')}" gives a wrong answer. Give a step of this family more wrong results.`,
    )
    this.name = 'NoSlipError'
  }
}

/** A right working that does not end: a fault of its family. */
export class NoAnswerError extends Error {
  constructor(readonly steps: readonly string[]) {
    super(`The right working "${steps.join(' ')}" has no answer. Draw other numbers in this family.`)
    this.name = 'NoAnswerError'
  }
}

/** The answer and both kinds of working. Any step may hold the slip, each as likely, if the answer turns wrong. */
export function workings(work: Work): Pick<Problem, 'answer' | 'solve' | 'slip'> {
  const right = run(work)
  const answer = right.answer
  if (answer === null) throw new NoAnswerError(right.steps)
  return {
    answer,
    solve: (): Solution => ({ steps: right.steps, answer, slipStep: null }),
    slip(random): Solution {
      for (const slipStep of random.shuffle([...right.wrongCounts.keys()])) {
        const wrongs = Array.from({ length: right.wrongCounts[slipStep] ?? 0 }, (_, wrong) => wrong)
        for (const wrong of random.shuffle(wrongs)) {
          const slipped = run(work, { slipStep, wrong })
          if (slipped.answer === null || slipped.answer === answer) continue
          return { steps: slipped.steps, answer: slipped.answer, slipStep }
        }
      }
      throw new NoSlipError(right.steps)
    },
  }
}

function run(work: Work, slip?: { readonly slipStep: number; readonly wrong: number }) {
  const steps: string[] = []
  const wrongCounts: number[] = []
  const take: Take = (right, wrongs) => {
    const wrong = wrongs.filter(({ text }) => text !== right.text)
    const taken = (steps.length === slip?.slipStep ? wrong[slip.wrong] : right) ?? right
    steps.push(taken.text)
    wrongCounts.push(wrong.length)
    return taken
  }
  return { answer: work(take), steps, wrongCounts }
}
