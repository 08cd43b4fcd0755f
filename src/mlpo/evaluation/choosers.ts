/**
 * What needs no language model to lead: a table that says whom to believe, fitted on training questions (MLPO §5). A
 * leader that has only learnt whom to ask is worth as much as `familyTable`; one that also counts agreement, as much as
 * `stacker`. They see what the leader sees, in seat order, never whether it is right.
 */
import type { Answer } from '../vote.ts'

export interface Question {
  readonly family: string
  /** [seat] */
  readonly answers: readonly Answer[]
}

export interface Solved {
  readonly family: string
  /** [seat] */
  readonly seats: readonly { readonly answer: Answer; readonly right: boolean }[]
}

/** The seat to believe. */
export type Chooser = (question: Question) => number

/** The best seat of each family; of a family that was not seen, the best of all. Ties go to the first seat. */
export function familyTable(train: readonly Solved[]): Chooser {
  const families = counted(train, ({ family }) => family)
  const all = counted(train, () => '')
  return ({ family, answers }) => best(rates([all, families], ['', family], answers.length), 0)
}

/**
 * The best seat of each family and pattern of agreement, such as "two agree, the third says something else". A cell
 * with few questions leans on its family, and a family on all of them: each counts `trust` questions of the coarser one.
 */
export function stacker(train: readonly Solved[], { trust = 4 }: { readonly trust?: number } = {}): Chooser {
  const cellOf = (family: string, answers: readonly Answer[]) => `${family}/${patternOf(answers)}`
  const seen = (solved: Solved) => solved.seats.map(({ answer }) => answer)
  const levels = [
    counted(train, () => ''),
    counted(train, (solved) => patternOf(seen(solved))),
    counted(train, (solved) => cellOf(solved.family, seen(solved))),
  ]
  return ({ family, answers }) =>
    best(rates(levels, ['', patternOf(answers), cellOf(family, answers)], answers.length), trust)
}

/** The seat that was right most often, whatever the family: the best single peer where seats are fixed. */
export function bestSeat(train: readonly Solved[]): number {
  const all = counted(train, () => '')
  return best(rates([all], [''], train[0]?.seats.length ?? 1), 0)
}

/** "aab": the first two agree; "-" gave no answer. */
export function patternOf(answers: readonly Answer[]): string {
  const letters = new Map<string, string>()
  return answers
    .map((answer) => {
      if (answer === null) return '-'
      const letter = letters.get(answer) ?? String.fromCharCode(97 + letters.size)
      letters.set(answer, letter)
      return letter
    })
    .join('')
}

export function chosenScore(chooser: Chooser, { family, seats }: Solved): number {
  return Number(seats[chooser({ family, answers: seats.map(({ answer }) => answer) })]?.right)
}

/** Right answers and questions of each cell. */
type Counts = ReadonlyMap<string, { readonly right: readonly number[]; readonly questions: number }>

function counted(train: readonly Solved[], cellOf: (solved: Solved) => string): Counts {
  const cells = new Map<string, { right: number[]; questions: number }>()
  for (const solved of train) {
    const cell = cells.get(cellOf(solved)) ?? { right: solved.seats.map(() => 0), questions: 0 }
    cells.set(cellOf(solved), cell)
    cell.questions += 1
    for (const [seat, { right }] of solved.seats.entries())
      cell.right[seat] = (cell.right[seat] ?? 0) + Number(right)
  }
  return cells
}

type Level = { readonly right: readonly number[]; readonly questions: number }

/** From the coarsest level to the finest. */
function rates(levels: readonly Counts[], cells: readonly string[], seats: number): Level[] {
  const none: Level = { right: new Array<number>(seats).fill(0), questions: 0 }
  return levels.map((level, l) => level.get(cells[l] ?? '') ?? none)
}

function best(levels: readonly Level[], trust: number): number {
  const seats = levels[0]?.right.length ?? 1
  const rate = (seat: number) =>
    levels.reduce((coarser, { right, questions }) => {
      const weight = questions + trust
      return weight === 0 ? coarser : ((right[seat] ?? 0) + trust * coarser) / weight
    }, 0)
  let found = 0
  for (let seat = 1; seat < seats; seat++) if (rate(seat) > rate(found)) found = seat
  return found
}
