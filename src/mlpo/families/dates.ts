/**
 * "Today is March 12. What date is it in 25 days?" and "Today is Monday. What day was it 17 days ago?".
 * No question crosses the end of February, so that leap years do not matter.
 */
import type { Random } from '../random.ts'
import type { Difficulty, Family } from '../task.ts'
import { calculate, largestNumber } from './arithmetic.ts'
import { workings, type Step, type Take } from './working.ts'

interface Named extends Step {
  readonly index: number
}

interface Length extends Step {
  readonly days: number
}

interface Jump {
  /** Month (0 is January) or day of the week (0 is Monday) at the start. */
  readonly from: number
  /** Day of the month; 0 for days of the week. */
  readonly day: number
  readonly days: number
  readonly back: boolean
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
]
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const february = 1

const monthJump: Readonly<Record<Difficulty, readonly [number, number]>> = {
  1: [2, 28],
  2: [29, 60],
  3: [61, 150],
}
const weekJump: Readonly<Record<Difficulty, readonly [number, number]>> = {
  1: [8, 69],
  2: [70, 199],
  3: [200, 999],
}

export const dates: Family = {
  name: 'dates',
  domain: 'knowledge',
  answerType: 'text',
  description: 'The date or the day of the week so many days on or ago.',
  draw(random, difficulty) {
    const isWeek = random.uniform() < 0.3
    const jump = isWeek ? drawWeekJump(random, difficulty) : drawMonthJump(random, difficulty)
    const { from, day, days, back } = jump
    const today = isWeek ? (weekdays[from] ?? '') : dateText(from, day)
    const thing = isWeek ? 'day' : 'date'
    const when = back ? `was it ${days} days ago` : `is it in ${days} days`
    const limit = largestNumber[difficulty]
    return {
      key: `dates/${today} ${back ? '-' : '+'} ${days}`,
      family: 'dates',
      domain: 'knowledge',
      question: `Today is ${today}. What ${thing} ${when}?`,
      answer_type: 'text',
      difficulty,
      ...workings((take) => {
        if (isWeek) return jumpWeekday(take, jump, limit)
        return back ? jumpBack(take, jump, limit) : jumpOn(take, jump, limit)
      }),
    }
  },
}

function drawWeekJump(random: Random, difficulty: Difficulty): Jump {
  for (;;) {
    const days = random.int(...weekJump[difficulty])
    if (days % 7 !== 0) return { from: random.int(0, 6), day: 0, days, back: random.uniform() < 0.5 }
  }
}

/** Drawn again until the end of February is not crossed. */
function drawMonthJump(random: Random, difficulty: Difficulty): Jump {
  for (;;) {
    const from = random.int(0, 11)
    const day = random.int(1, lengthOf(from))
    const days = random.int(...monthJump[difficulty])
    const back = random.uniform() < 0.5
    const jump: Jump = { from, day, days, back }
    const take: Take = (right) => right
    const answer = back ? jumpBack(take, jump, 999) : jumpOn(take, jump, 999)
    if (answer !== null) return jump
  }
}

function jumpWeekday(take: Take, { from, days, back }: Jump, limit: number): string | null {
  const weeks = calculate(take, 7, { operator: '*', operand: Math.floor(days / 7) }, limit)
  if (weeks === null) return null
  const rest = calculate(take, days, { operator: '-', operand: weeks }, limit)
  if (rest === null) return null
  const to = back ? from - rest : from + rest
  const step = (index: number): Named => {
    return { text: `${weekdays[from] ?? ''} ${back ? '-' : '+'} ${rest} = ${nameOfWeekday(index)}.`, index }
  }
  return nameOfWeekday(take(step(to), [to - 2, to - 1, to + 1, to + 2].map(step)).index)
}

/** Adds the days, then takes off the length of one month after the other. */
function jumpOn(take: Take, { from, day, days }: Jump, limit: number): string | null {
  let month = from
  let left = calculate(take, day, { operator: '+', operand: days }, limit)
  while (left !== null && left > lengthOf(month)) {
    if (month === february) return null
    left = calculate(take, left, { operator: '-', operand: takeLength(take, month) }, limit)
    month = (month + 1) % 12
  }
  return left === null || left < 1 ? null : dateText(month, left)
}

/** Adds the length of one earlier month after the other until the days can be taken off. */
function jumpBack(take: Take, { from, day, days }: Jump, limit: number): string | null {
  let month = from
  let left: number | null = day
  while (left !== null && left <= days) {
    month = (month + 11) % 12
    if (month === february) return null
    left = calculate(take, left, { operator: '+', operand: takeLength(take, month) }, limit)
  }
  left = left === null ? null : calculate(take, left, { operator: '-', operand: days }, limit)
  return left === null || left < 1 || left > lengthOf(month) ? null : dateText(month, left)
}

function takeLength(take: Take, month: number): number {
  const step = (days: number): Length => ({ text: `${months[month] ?? ''} has ${days} days.`, days })
  return take(step(lengthOf(month)), [step(30), step(31)]).days
}

function lengthOf(month: number): number {
  return monthDays[month] ?? 0
}

function dateText(month: number, day: number): string {
  return `${months[month] ?? ''} ${day}`
}

function nameOfWeekday(index: number): string {
  return weekdays[((index % 7) + 7) % 7] ?? ''
}
