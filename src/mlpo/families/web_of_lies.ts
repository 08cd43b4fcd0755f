/**
 * "Ann lies. Bob says Ann tells the truth. … Does Cal tell the truth?": one step for each person about whom
 * someone speaks first, in order of mention, up to the one asked for.
 */
import type { Random } from '../random.ts'
import type { Difficulty, Family } from '../task.ts'
import { names } from './words.ts'
import { workings, type Step } from './working.ts'

/** What person k is or says: truth of themselves where `about` is null, else of the earlier person `about`. */
interface Claim {
  readonly about: number | null
  readonly truth: boolean
}

interface Web {
  readonly claims: readonly Claim[]
  readonly target: number
}

interface Verdict extends Step {
  readonly truth: boolean
}

const peopleCount: Readonly<Record<Difficulty, readonly [number, number]>> = {
  1: [4, 5],
  2: [6, 6],
  3: [8, 8],
}

export const webOfLies: Family = {
  name: 'web_of_lies',
  domain: 'logic',
  answerType: 'boolean',
  description: 'People say of each other who lies; does one of them tell the truth?',
  draw(random, difficulty) {
    const { claims, target } = drawWeb(random, difficulty)
    const people = random.shuffle(names).slice(0, claims.length)
    const nameOf = (person: number) => people[person] ?? ''
    const sentences = claims.map(({ about, truth }, k) => {
      const says = about === null ? nameOf(k) : `${nameOf(k)} says ${nameOf(about)}`
      return `${says} ${truth ? 'tells the truth' : 'lies'}.`
    })
    const asksLie = random.uniform() < 0.5
    const marks = claims.map(({ about, truth }) => `${about ?? ''}${truth ? 'T' : 'L'}`).join(' ')
    return {
      key: `web_of_lies/${marks} ${asksLie ? 'lie' : 'truth'} ${target}`,
      family: 'web_of_lies',
      domain: 'logic',
      question: `${sentences.join(' ')} Does ${nameOf(target)} ${asksLie ? 'lie' : 'tell the truth'}?`,
      answer_type: 'boolean',
      difficulty,
      ...workings((take) => {
        const known = claims.map(({ about, truth }) => about === null && truth)
        for (const [person, claim] of claims.slice(0, target + 1).entries()) {
          if (claim.about === null) continue
          const truth = known[claim.about] === claim.truth
          const verdict = (t: boolean): Verdict => {
            return { text: `${nameOf(person)} ${t ? 'tells the truth' : 'lies'}.`, truth: t }
          }
          known[person] = take(verdict(truth), [verdict(!truth)]).truth
        }
        return known[target] === asksLie ? 'No' : 'Yes'
      }),
    }
  },
}

/** Drawn again until someone takes at least two steps (at higher difficulties three and four) to work out. */
function drawWeb(random: Random, difficulty: Difficulty): Web {
  for (;;) {
    const claims = Array.from({ length: random.int(...peopleCount[difficulty]) }, (_, k): Claim => {
      const known = k === 0 || random.uniform() < 0.15
      return { about: known ? null : random.int(0, k - 1), truth: random.uniform() < 0.5 }
    })
    const target = random.int(2, claims.length - 1)
    if (stepsTo(claims, target) > difficulty) return { claims, target }
  }
}

/** How many speak of each other on the way from someone known to the target. */
function stepsTo(claims: readonly Claim[], target: number): number {
  const about = claims[target]?.about ?? null
  return about === null ? 0 : stepsTo(claims, about) + 1
}
