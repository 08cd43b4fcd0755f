/**
 * Numbers, exactly: 1,000 · 41.0 · +41 · $41 · 3/4 · 2 1/2 · 1.5e3 · 18 dollars · 50% (the sign is a unit: 50).
 * The canonical spelling is a plain decimal where there is one ("0.75"), else a reduced fraction ("1/3").
 * A text with two numbers, a date or a time is no number.
 */
import { clean } from './clean.ts'

const digits = String.raw`\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+`
const decimal = String.raw`(?<whole>${digits})?(?:\.(?<part>\d+))?(?:[eE](?<exponent>[+-]?\d{1,3}))?`
const fraction = String.raw`(?:(?<mixed>\d+) )?(?<over>${digits}) ?/ ?(?<under>${digits})`
const value = new RegExp(`^(?:${fraction}|${decimal})(?<unit>.*)$`)
/** A percent sign, a degree, a currency, or words; nothing that could be more of a number. */
const unit = /^ ?(?:%|°|[€£$])?\.?(?: ?[a-z][^\d]*)?$/i

/** The canonical spelling, or null when the text is not one number. */
export function normaliseNumber(text: string): string | null {
  const sign = /^([+-]?) ?\\?([$€£]?) ?([+-]?)(.*)$/s.exec(
    unbracketed(withoutName(plainNumbers(clean(text)))),
  )
  if (sign === null || (sign[1] !== '' && sign[3] !== '')) return null
  const found = value.exec(sign[4] ?? '')?.groups
  if (found === undefined || !unit.test(found['unit'] ?? '')) return null
  const ratio = found['over'] === undefined ? decimalRatio(found) : fractionRatio(found)
  return ratio === null ? null : spell(ratio, sign[1] === '-' || sign[3] === '-')
}

interface Ratio {
  readonly over: bigint
  readonly under: bigint
}

type Groups = Readonly<Record<string, string | undefined>>

function decimalRatio({ whole, part, exponent }: Groups): Ratio | null {
  if (whole === undefined && part === undefined) return null
  const shift = Number(exponent ?? 0) - (part?.length ?? 0)
  const over = joined(whole ?? '0', part ?? '')
  return shift < 0 ? { over, under: 10n ** BigInt(-shift) } : { over: over * 10n ** BigInt(shift), under: 1n }
}

function fractionRatio({ mixed, over, under }: Groups): Ratio | null {
  const bottom = joined(under ?? '')
  if (bottom === 0n) return null
  return { over: joined(mixed ?? '0') * bottom + joined(over ?? ''), under: bottom }
}

function joined(...parts: readonly string[]): bigint {
  return BigInt(parts.join('').replace(/[, ]/g, ''))
}

function spell({ over, under }: Ratio, negative: boolean): string {
  const divisor = greatestCommonDivisor(over, under)
  const [top, bottom] = [over / divisor, under / divisor]
  const size = decimalSpelling(top, bottom) ?? `${top}/${bottom}`
  return negative && top !== 0n ? `-${size}` : size
}

/** Null where the decimals would not end. */
function decimalSpelling(top: bigint, bottom: bigint): string | null {
  let left = bottom
  let places = 0
  for (; left > 1n && (left % 2n === 0n || left % 5n === 0n); places++) {
    if (left % 2n === 0n) left /= 2n
    if (left % 5n === 0n) left /= 5n
  }
  if (left !== 1n) return null
  const all = ((top * 10n ** BigInt(places)) / bottom).toString().padStart(places + 1, '0')
  return places === 0 ? all : `${all.slice(0, -places)}.${all.slice(-places)}`
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}

/** The little LaTeX in which models write plain numbers: 70{,}000, \frac{3}{4}, 1.5 \times 10^3, 5\text{ cm}, 50\%. */
export function plainNumbers(text: string): string {
  return text
    .replace(/\{,\}|,\\!/g, ',')
    .replace(/\\[dt]?frac ?\{(\d+)\}\{(\d+)\}/g, '$1/$2')
    .replace(/(?<=\d) ?(?:\\times|\\cdot|×) ?10\^(?:\{([+-]?\d+)\}|(\d+))/g, 'e$1$2')
    .replace(/\\(?:text|mathrm)\{([^{}]*)\}/g, ' $1')
    .replace(/\\(?=%)/g, '')
    .replace(/\^(?:\{\\circ\}|\\circ)/g, '°')
}

/** "x = 5" says 5. */
function withoutName(text: string): string {
  return text.replace(/^[a-z] ?= ?/i, '').trim()
}

function unbracketed(text: string): string {
  return text.replace(/^\((.*)\)$/s, '$1').trim()
}
