/** `lab tasks`: questions of the built-in families, one per line. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from '../command.ts'
import { jsonFlag, oneOf, wholeNumber } from '../flags.ts'
import { readError } from '../read-error.ts'
import { familyByName, families } from '../../src/mlpo/families/families.ts'
import { sampleFiles } from '../../src/mlpo/datasets/samples.ts'
import { drawQuestions } from '../../src/mlpo/questions.ts'

export const tasks: Command = {
  name: 'tasks',
  summary: 'Print questions of the built-in families.',
  usage: 'lab tasks [--family F] [--count N] [--seed S] [--json]',
  flags: {
    flags: [
      { name: 'family', value: 'F,…', help: 'Which families, in turn.', default: 'all twelve' },
      { name: 'count', value: 'N', help: 'How many questions, over all families together.', default: '10' },
      { name: 'seed', value: 'S', help: 'The same seed draws the same questions.', default: '1' },
      { name: 'split', value: 'train|dev|test', help: 'Which split to draw from.', default: 'train' },
      { name: 'difficulty', value: '1|2|3|mixed', help: 'How hard.', default: 'mixed' },
      { name: 'distinct', value: null, help: 'No two questions with the same canonical key.' },
      {
        name: 'write-samples',
        value: 'DIR',
        help: 'Write the sample files of public/datasets and their manifest into this folder; nothing is printed.',
      },
      jsonFlag,
    ],
  },
  async run(given, { io }) {
    const folder = given.values.get('write-samples')
    if (folder !== undefined) return writeSamples(folder)
    const names = given.values.get('family')?.split(',') ?? families.map(({ name }) => name)
    const level = oneOf(given, 'difficulty', { options: ['1', '2', '3', 'mixed'], fallback: 'mixed' })
    const drawn = drawQuestions({
      families: names.map((name) => familyByName(name.trim()).name),
      difficulty: level === 'mixed' ? null : Number(level),
      split: oneOf(given, 'split', { options: ['train', 'dev', 'test'], fallback: 'train' }),
      count: wholeNumber(given, 'count', { min: 1, max: 1_000_000, fallback: 10 }),
      seed: wholeNumber(given, 'seed', { min: 0, max: 2 ** 31 - 1, fallback: 1 }),
      distinct: given.switches.has('distinct') ? 'keys' : 'any',
    })
    for (const task of drawn)
      io.out(
        given.switches.has('json')
          ? JSON.stringify(task)
          : `${task.family}: ${task.question} → ${task.answer}`,
      )
  },
}

async function writeSamples(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    for (const { name, content } of sampleFiles()) await writeFile(join(folder, name), content)
  } catch (cause) {
    throw readError(folder, cause)
  }
}
