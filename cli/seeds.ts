/** `--seeds`: how many, from 1 on, or which. */
import type { Flag, Given } from './flags.ts'
import { InputError } from './io.ts'

export const seedsFlag: Flag = {
  name: 'seeds',
  value: 'N|S1,S2,…',
  help: 'How many seeds, from 1 on; or which ones, such as 1001,1002 ("7," is seed 7 alone).',
  default: '1',
}

const most = 100

/** @throws InputError */
export function seedsOf(given: Given): readonly number[] {
  const text = given.values.get('seeds') ?? '1'
  const numbers = text
    .split(',')
    .filter((part, i) => part.trim() !== '' || i === 0)
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  const isList = text.includes(',')
  const bad = numbers.some(
    (number) =>
      !Number.isInteger(number) || number < (isList ? 0 : 1) || number > (isList ? 2 ** 31 - 1 : most),
  )
  if (bad)
    throw new InputError(
      `--seeds ${text}: expected a number of seeds from 1 to ${most}, or seeds separated by commas.`,
    )
  if (isList) return [...new Set(numbers)]
  return Array.from({ length: numbers[0] ?? 1 }, (_, i) => i + 1)
}
