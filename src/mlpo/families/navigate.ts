/**
 * "Walk 3 north, 2 east, 3 south, 2 west. Are you back at the start?": each step says where one is.
 * A "No" is a closed walk with one move changed, so that nothing but walking it tells the two apart; its slip is to
 * believe oneself back at last.
 */
import type { Random } from '../random.ts'
import type { Difficulty, Family } from '../task.ts'
import { workings, type Step } from './working.ts'

/** Steps to the [east, north]; negative is west, south. A move has one zero. */
type Vector = readonly [number, number]

interface Place extends Step {
  readonly at: Vector
}

const moveCount: Readonly<Record<Difficulty, number>> = { 1: 4, 2: 6, 3: 8 }
const longestMove: Readonly<Record<Difficulty, number>> = { 1: 9, 2: 40, 3: 150 }

export const navigate: Family = {
  name: 'navigate',
  domain: 'logic',
  answerType: 'boolean',
  description: 'A walk: does it end where it began?',
  draw(random, difficulty) {
    const longest = longestMove[difficulty]
    const closed = drawClosed(random, moveCount[difficulty], longest)
    const moves = random.uniform() < 0.5 ? closed : changeOne(random, closed, longest)
    const walk = moves.map(spell).join(', ')
    const end = moves.reduce(add, [0, 0])
    return {
      key: `navigate/${walk}`,
      family: 'navigate',
      domain: 'logic',
      question: `Walk ${walk}. Are you back at the start?`,
      answer_type: 'boolean',
      difficulty,
      ...workings((take) => {
        let at: Vector = [0, 0]
        for (const [k, move] of moves.entries()) {
          const right = add(at, move)
          const isLast = k === moves.length - 1
          const wrongs: Vector[] = isStart(end) ? nearMisses(at, move) : isLast ? [[0, 0]] : []
          at = take(placeAt(right), wrongs.map(placeAt)).at
        }
        return isStart(at) ? 'Yes' : 'No'
      }),
    }
  },
}

function drawClosed(random: Random, count: number, longest: number): Vector[] {
  const northCount = random.pick(
    Array.from({ length: count + 1 }, (_, k) => k).filter((k) => k !== 1 && k !== count - 1),
  )
  const norths = drawClosedLine(random, northCount, longest).map((n): Vector => [0, n])
  const easts = drawClosedLine(random, count - northCount, longest).map((n): Vector => [n, 0])
  return random.shuffle([...norths, ...easts])
}

/** `count` numbers other than 0 whose sum is 0. */
function drawClosedLine(random: Random, count: number, longest: number): number[] {
  if (count === 0) return []
  for (;;) {
    const numbers = Array.from({ length: count - 1 }, () => random.int(1, longest) * random.pick([-1, 1]))
    const sum = numbers.reduce((a, b) => a + b, 0)
    if (sum !== 0 && Math.abs(sum) <= longest) return [...numbers, -sum]
  }
}

/** One move a little longer or shorter, or in another direction: the walk no longer closes. */
function changeOne(random: Random, moves: readonly Vector[], longest: number): Vector[] {
  const changed = random.int(0, moves.length - 1)
  const [east, north] = moves[changed] ?? [0, 0]
  const length = Math.abs(east + north)
  const turned: Vector[] = [
    [-east, -north],
    [north, east],
    [-north, -east],
  ]
  const lengths = [length - 2, length - 1, length + 1, length + 2].filter((n) => n >= 1 && n <= longest)
  const stretched = lengths.map((n): Vector => [Math.sign(east) * n, Math.sign(north) * n])
  const move = random.uniform() < 0.5 ? random.pick(turned) : random.pick(stretched)
  return moves.map((old, k) => (k === changed ? move : old))
}

function nearMisses(at: Vector, [east, north]: Vector): Vector[] {
  const unit: Vector = [Math.sign(east), Math.sign(north)]
  const place = add(at, [east, north])
  return [add(place, unit), subtract(place, unit), subtract(at, [east, north]), add(at, [north, east]), at]
}

function placeAt(at: Vector): Place {
  return { text: isStart(at) ? 'At start.' : `${spell(at)}.`, at }
}

function spell([east, north]: Vector): string {
  const parts: string[] = []
  if (north !== 0) parts.push(`${Math.abs(north)} ${north > 0 ? 'north' : 'south'}`)
  if (east !== 0) parts.push(`${Math.abs(east)} ${east > 0 ? 'east' : 'west'}`)
  return parts.join(', ')
}

function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1]]
}

function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1]]
}

function isStart([east, north]: Vector): boolean {
  return east === 0 && north === 0
}
