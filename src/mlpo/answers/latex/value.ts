/**
 * What a normalised LaTeX value is made of: a list, a set, a tuple or interval, a matrix, equations or inequalities,
 * words, or one expression. Splitting looks at brackets only; arithmetic is for `expression.ts`.
 */
import { expressionOf, type Expression } from './expression.ts'

export type LatexValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly latex: string }
  /** A list without brackets or a set: the order does not matter. */
  | { readonly kind: 'collection'; readonly items: readonly LatexValue[] }
  /** A tuple, a point or an interval: the order matters, and so do the brackets. */
  | {
      readonly kind: 'sequence'
      readonly open: string
      readonly close: string
      readonly items: readonly LatexValue[]
    }
  | { readonly kind: 'union'; readonly parts: readonly LatexValue[] }
  | { readonly kind: 'matrix'; readonly rows: readonly (readonly LatexValue[])[] }
  /** Sides with the relations between them: 1 < x \\le 2. */
  | {
      readonly kind: 'relation'
      readonly sides: readonly LatexValue[]
      readonly relations: readonly string[]
    }

export function latexValue(latex: string): LatexValue {
  const text = latex.trim()
  return (
    matrix(text) ??
    union(text) ??
    assignment(text) ??
    list(text) ??
    relation(text) ??
    bracketed(text) ??
    plusMinus(text) ??
    single(text)
  )
}

function matrix(text: string): LatexValue | null {
  const body = /^\\begin\{(?:[pbvB]?matrix|array)\}(?:\{[lcr| ]*\})?(.*)\\end\{[a-zB]+\}$/s.exec(text)?.[1]
  if (body === undefined) return null
  const rows = body.split('\\\\').filter((row) => row.trim() !== '')
  return { kind: 'matrix', rows: rows.map((row) => row.split('&').map(latexValue)) }
}

function union(text: string): LatexValue | null {
  const parts = split(text, ['\\cup'])
  return parts.length === 1 ? null : { kind: 'union', parts: parts.map(({ text }) => latexValue(text)) }
}

/** "x = 1, 2" is about one variable; "x = 1, y = 2" is a list. */
function assignment(text: string): LatexValue | null {
  const [, name, rest] = /^([a-zA-Z](?:_\w+|_\{\w+\})?|[a-zA-Z]\([a-z]\)) ?= ?([^=<>]+)$/.exec(text) ?? []
  if (name === undefined || rest === undefined || rest.includes('\\le') || rest.includes('\\ge')) return null
  return { kind: 'relation', sides: [single(name), latexValue(rest)], relations: ['='] }
}

function list(text: string): LatexValue | null {
  const parts = split(
    text.replace(/\\text\{ ?(?:and|or) ?\}|(?<=\S) (?:and|or) (?=\S)/g, ',').replace(/(?:, ?)+/g, ','),
    [','],
  )
  return parts.length === 1 ? null : { kind: 'collection', items: parts.map(({ text }) => latexValue(text)) }
}

function relation(text: string): LatexValue | null {
  const parts = split(text, ['=', '<', '>', '\\le', '\\ge', '\\ne', '\\in', '\\approx'])
  if (parts.length === 1) return null
  const sides = parts.map(({ text }) => latexValue(text))
  return { kind: 'relation', sides, relations: parts.slice(1).map(({ before }) => before) }
}

function bracketed(text: string): LatexValue | null {
  if (text === '\\emptyset') return { kind: 'collection', items: [] }
  const set = /^\\\{(.*)\\\}$/s.exec(text)?.[1]
  if (set !== undefined) {
    const items = set.trim() === '' ? [] : split(set, [','])
    return { kind: 'collection', items: items.map(({ text }) => latexValue(text)) }
  }
  const [open = '', close = ''] = [text[0], text.at(-1)]
  if (!/^[([].*[)\]]$/s.test(text)) return null
  const items = split(text.slice(1, -1), [','])
  if (items.length < 2) return null
  return { kind: 'sequence', open, close, items: items.map(({ text }) => latexValue(text)) }
}

function plusMinus(text: string): LatexValue | null {
  if (!text.includes('\\pm')) return null
  const items = ['+', '-'].map((sign) => single(text.replace(/\\pm(?![a-z])/g, sign)))
  return { kind: 'collection', items }
}

function single(text: string): LatexValue {
  const expression = expressionOf(text)
  return expression === null
    ? { kind: 'text', text: plainText(text) }
    : { kind: 'expression', expression, latex: text }
}

/** Words without \text, brackets around all of it, case and spacing. */
export function plainText(latex: string): string {
  const words = latex
    .replace(/\\text\{([^{}]*)\}/g, '$1')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
  return words.replace(/^\(([^()]*)\)$/, '$1')
}

interface Part {
  /** The separator in front of it; empty for the first. */
  readonly before: string
  readonly text: string
}

/** At separators outside of all brackets. Half-open intervals close with another bracket than they open with. */
function split(text: string, separators: readonly string[]): Part[] {
  const parts: Part[] = []
  let depth = 0
  let before = ''
  let from = 0
  for (let i = 0; i < text.length;) {
    const separator = depth === 0 ? separators.find((each) => startsHere(text, i, each)) : undefined
    if (separator !== undefined) {
      parts.push({ before, text: text.slice(from, i).trim() })
      before = separator
      i += separator.length
      from = i
      continue
    }
    const step = text[i] === '\\' ? 2 : 1
    const symbol = text.slice(i, i + step).replace('\\', '')
    if ('([{'.includes(symbol)) depth += 1
    if (')]}'.includes(symbol)) depth -= 1
    i += step
  }
  return [...parts, { before, text: text.slice(from).trim() }]
}

function startsHere(text: string, at: number, separator: string): boolean {
  if (!text.startsWith(separator, at)) return false
  return !separator.startsWith('\\') || !/[a-zA-Z]/.test(text[at + separator.length] ?? '')
}
