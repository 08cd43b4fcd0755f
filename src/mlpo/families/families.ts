/**
 * All built-in families. A new one is one file beside this one and one line here.
 */
import type { Family } from '../task.ts'
import { boolean } from './boolean.ts'
import { chain } from './chain.ts'
import { dates } from './dates.ts'
import { facts } from './facts.ts'
import { mulAdd } from './mul_add.ts'
import { navigate } from './navigate.ts'
import { objectCounting } from './object_counting.ts'
import { remainder } from './remainder.ts'
import { shuffledObjects } from './shuffled_objects.ts'
import { webOfLies } from './web_of_lies.ts'
import { wordProblem } from './word_problem.ts'
import { wordSorting } from './word_sorting.ts'

export const families: readonly Family[] = [
  chain,
  mulAdd,
  remainder,
  wordProblem,
  boolean,
  webOfLies,
  shuffledObjects,
  navigate,
  objectCounting,
  wordSorting,
  facts,
  dates,
]

export class UnknownFamilyError extends Error {
  constructor(readonly family: string) {
    super(`There is no family "${family}". Choose from ${families.map(({ name }) => name).join(', ')}.`)
    this.name = 'UnknownFamilyError'
  }
}

export function familyByName(name: string): Family {
  const family = families.find((candidate) => candidate.name === name)
  if (family === undefined) throw new UnknownFamilyError(name)
  return family
}
