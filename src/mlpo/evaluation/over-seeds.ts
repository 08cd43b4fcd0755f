/**
 * Several seeds as one: every number of a report part averaged, shares with Student's t interval over the seeds. With
 * one seed a part stays as it is. What differs between seeds in words, such as which peer was best, is dropped.
 */
import { mean, tInterval } from '../statistics.ts'
import type { Share } from '../stages.ts'
import type { Decoding, EvaluationReport, ReportPart } from './report.ts'

/** By decoding, in the order of the report. */
export function partsOverSeeds({ parts }: EvaluationReport): ReportPart[] {
  const decodings = [...new Set(parts.map(({ decoding }) => decoding))]
  return decodings.flatMap((decoding: Decoding) => {
    const own = parts.filter((part) => part.decoding === decoding)
    const [first] = own
    return first === undefined ? [] : [own.length === 1 ? first : (averaged(own) as ReportPart)]
  })
}

/** All of one shape. */
function averaged(values: readonly unknown[]): unknown {
  const [first] = values
  if (typeof first === 'string') return commonWords(values.map(String))
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length > 0) return mean(numbers)
  if (values.every(isShare)) {
    const { estimate, low, high } = tInterval(values.map(({ value }) => value))
    return { value: estimate, low, high } satisfies Share
  }
  if (values.every(Array.isArray)) {
    const length = Math.min(...values.map((value) => value.length))
    return Array.from({ length }, (_, i) => averaged(values.map((value) => value[i] as unknown)))
  }
  const objects = values.filter(isObject)
  const keys = Object.keys(objects[0] ?? {})
  if (objects.length === 0) return null
  return Object.fromEntries(keys.map((key) => [key, averaged(objects.map((object) => object[key]))]))
}

function commonWords(texts: readonly string[]): string {
  const [first = ''] = texts
  return texts.every((text) => text === first) ? first : first.replace(/ \([^()]*\)$/, '')
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isShare(value: unknown): value is Share {
  return isObject(value) && ['value', 'low', 'high'].every((key) => typeof value[key] === 'number')
}
