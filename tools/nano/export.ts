/**
 * Writes questions with their workings and slips as JSON lines, the data that the nano models are trained on.
 *   export.sh --seed 1 --count 300000 --difficulty 1 --split train --out train.jsonl [--families chain,facts] [--distinct]
 * One line: {id, key, family, domain, question, answer, choices, answer_type, steps, slips: [{steps, answer, slipStep}]}.
 * Slips have different wrong answers where the question allows it.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { drawProblems, taskOf, type DrawnProblem } from '../../src/mlpo/families/draw.ts'
import { families } from '../../src/mlpo/families/families.ts'
import { stream } from '../../src/mlpo/random.ts'
import type { Difficulty, Problem, Solution, Split } from '../../src/mlpo/task.ts'

const slipCount = 3
const maxSlipTries = 12
const linesPerWrite = 2_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    difficulty: { type: 'string', default: '1' },
    split: { type: 'string', default: 'train' },
    families: { type: 'string', default: families.map(({ name }) => name).join(',') },
    distinct: { type: 'boolean', default: false },
    out: { type: 'string' },
  },
})
const seed = Number(values.seed)

const drawn = drawProblems({
  families: values.families.split(','),
  difficulty: parseDifficulty(values.difficulty),
  split: parseSplit(values.split),
  count: Number(values.count),
  seed,
  distinct: values.distinct ? 'keys' : 'any',
})
const standardOutput = 1
const file = values.out === undefined ? standardOutput : openSync(values.out, 'w')
for (let start = 0; start < drawn.length; start += linesPerWrite) {
  writeSync(
    file,
    drawn
      .slice(start, start + linesPerWrite)
      .map(lineOf)
      .join(''),
  )
}
if (file !== standardOutput) closeSync(file)

function lineOf(one: DrawnProblem): string {
  const { choices, difficulty: _, ...task } = taskOf(one)
  const { steps } = one.problem.solve()
  return `${JSON.stringify({ ...task, choices: choices ?? null, steps, slips: slipsOf(one.id, one.problem) })}\n`
}

/** New wrong answers first; then new workings; then, if need be, the same again. */
function slipsOf(id: string, problem: Problem): Solution[] {
  const tries = new Map<string, Solution>()
  const answers = new Map<string, Solution>()
  const all: Solution[] = []
  for (let k = 0; k < maxSlipTries && answers.size < slipCount; k++) {
    const slip = problem.slip(stream(seed, 'slips', id, k))
    all.push(slip)
    tries.set(slip.steps.join(), tries.get(slip.steps.join()) ?? slip)
    answers.set(slip.answer, answers.get(slip.answer) ?? slip)
    if (problem.answer_type === 'boolean' && tries.size === slipCount) break
  }
  return [...new Set([...answers.values(), ...tries.values(), ...all])].slice(0, slipCount)
}

function parseDifficulty(text: string): Difficulty {
  const difficulty = ([1, 2, 3] as const).find((level) => `${level}` === text)
  if (difficulty === undefined) throw new RangeError(`--difficulty is 1, 2 or 3, not "${text}".`)
  return difficulty
}

function parseSplit(text: string): Split {
  const split = (['train', 'dev', 'test'] as const).find((name) => name === text)
  if (split === undefined) throw new RangeError(`--split is train, dev or test, not "${text}".`)
  return split
}
