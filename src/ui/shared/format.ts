/** Numbers as the page writes them. One place, so that a figure looks the same wherever it stands. */

const minus = '\u2212'
const withMinus = (text: string) => text.replace('-', minus)

/** At most `digits` decimals, no trailing zeros: 1.1, 0.725. */
export function decimal(value: number, { digits = 3 }: { readonly digits?: number } = {}): string {
  const text = value.toFixed(digits).replace(/\.?0+$/, '')
  return withMinus(text === '-0' ? '0' : text)
}

/** With its sign and fixed decimals, for columns of advantages: +0.375, −0.625, 0.000. */
export function signed(value: number, { digits = 3 }: { readonly digits?: number } = {}): string {
  const text = Math.abs(value).toFixed(digits)
  if (Number(text) === 0) return text
  return `${value > 0 ? '+' : minus}${text}`
}

/** Three significant digits; very small and very large ones with an exponent: 0.0123, 2e-3 stays 0.002, 4.1e-6. */
export function figure(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (!Number.isFinite(value)) return String(value)
  if (size < 1e-3 || size >= 1e5) return withMinus(value.toExponential(1).replace('e+', 'e'))
  return withMinus(String(Number(value.toPrecision(3))))
}

export function percent(share: number, { digits = 0 }: { readonly digits?: number } = {}): string {
  return `${withMinus((share * 100).toFixed(digits))}\u202f%`
}

export function seconds(ms: number): string {
  if (ms < 1000) return `${Math.max(1, Math.round(ms))}\u202fms`
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)}\u202fs` : `${Math.round(ms / 60_000)}\u202fmin`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)}\u202fMB`
}

/** 934,016 → 0.9 M. */
export function parameters(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)}\u202fB` : `${(count / 1e6).toFixed(1)}\u202fM`
}

/** 1 token, 2 tokens. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })

/** Nov 24, 2026, 12:06 AM. @param time milliseconds since 1970 */
export function dateAndTime(time: number): string {
  return moment.format(time)
}

/** Of an address or hub name: the model's own name. */
export function lastPart(model: string): string {
  return model.replace(/\/+$/, '').split('/').at(-1) ?? model
}
