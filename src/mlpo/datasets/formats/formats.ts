/** The data sets that are known by the look of their tables, in the order in which they are tried. */
import type { Format } from '../format.ts'
import { bbh } from './bbh.ts'
import { gsm8k } from './gsm8k.ts'
import { math } from './math.ts'
import { mmlu } from './mmlu.ts'

export const formats: readonly Format[] = [gsm8k, math, mmlu, bbh]
