/**
 * Whether two LaTeX values are the same answer: by spelling, else by what they are made of and the values of that.
 * Rules where mathematics leaves a choice: an equation equals its right side; a list is compared without order, a
 * tuple with it; an inequality in one variable is its interval; 50% is 50 and 0.5; a decimal with six or more places
 * equals what rounds to it.
 */
import { proportional, sameValue } from './algebra.ts'
import { expressionOf, type Expression } from './expression.ts'
import { latexValue, plainText, type LatexValue } from './value.ts'

/** Characters; what is longer is no answer but a ramble, and could nest deeper than a call stack. */
const longest = 1000

/** Both as `normaliseLatex` spells them. @throws AlgebraNotLoadedError */
export function sameLatex(gold: string, answer: string): boolean {
  if (gold === answer || plainText(gold) === plainText(answer)) return true
  if (Math.max(gold.length, answer.length) > longest) return false
  return same(latexValue(gold), latexValue(answer))
}

function same(gold: LatexValue, answer: LatexValue): boolean {
  if (gold.kind === 'relation' || answer.kind === 'relation') return sameRelation(gold, answer)
  if (gold.kind === 'text') return answer.kind === 'text' && gold.text === answer.text
  if (gold.kind === 'expression' && answer.kind === 'expression') return sameExpression(gold, answer)
  if (gold.kind === 'sequence' && answer.kind === 'sequence')
    return gold.open === answer.open && gold.close === answer.close && inOrder(gold.items, answer.items)
  if (gold.kind === 'union' && answer.kind === 'union') return inAnyOrder(gold.parts, answer.parts)
  if (gold.kind === 'matrix' && answer.kind === 'matrix')
    return (
      gold.rows.length === answer.rows.length &&
      gold.rows.every((row, i) => inOrder(row, answer.rows[i] ?? []))
    )
  if (gold.kind === 'collection' || answer.kind === 'collection')
    return inAnyOrder(itemsOf(gold), itemsOf(answer))
  return false
}

type Relation = Extract<LatexValue, { kind: 'relation' }>

function sameRelation(gold: LatexValue, answer: LatexValue): boolean {
  if (gold.kind !== 'relation') return answer.kind === 'relation' && same(gold, meaning(answer))
  if (answer.kind !== 'relation') return same(meaning(gold), answer)
  const [first, second] = [meaning(gold), meaning(answer)]
  if (first.kind !== 'relation' && second.kind !== 'relation' && subject(gold) === subject(answer))
    return same(first, second)
  if (gold.relations.join() === '=' && answer.relations.join() === '=') {
    const [a, b] = [difference(gold), difference(answer)]
    return a !== null && b !== null && proportional(a, b)
  }
  return gold.relations.join() === answer.relations.join() && inOrder(gold.sides, answer.sides)
}

/** What a relation stands for where it stands alone: the right side of an equation, the interval of an inequality. */
function meaning(relation: Relation): LatexValue {
  const last = relation.sides.at(-1)
  const isEquation = relation.relations.every((each) => each === '=' || each === '\\in')
  return (isEquation ? last : interval(relation)) ?? nothing
}

/** The left side of an equation, or the variable of an inequality, as it is spelt. */
function subject({ sides, relations }: Relation): string {
  const named = relations.join() === '=' ? sides.slice(0, 1) : sides
  return named.map(variableOf).find((name) => name !== null) ?? ''
}

const nothing: LatexValue = { kind: 'text', text: '' }
const flipped: Readonly<Record<string, string>> = { '<': '>', '>': '<', '\\le': '\\ge', '\\ge': '\\le' }

/** x > 1 is (1, ∞); 1 < x \le 2 is (1, 2]. Null where no side is a variable. */
function interval({ sides, relations }: Relation): LatexValue | null {
  const at = sides.findIndex((side) => variableOf(side) !== null)
  if (at < 0 || sides.length - relations.length !== 1 || sides.length > 3) return null
  let low: LatexValue = latexValue('-\\infty')
  let high: LatexValue = latexValue('\\infty')
  let [open, close] = ['(', ')']
  for (const [i, relation] of relations.entries()) {
    if (i !== at && i !== at - 1) return null
    const other = sides[i === at ? i + 1 : i]
    const towards = i === at ? relation : flipped[relation]
    if (other === undefined || towards === undefined) return null
    if (towards === '>' || towards === '\\ge') [low, open] = [other, towards === '>' ? '(' : '[']
    else [high, close] = [other, towards === '<' ? ')' : ']']
  }
  return { kind: 'sequence', open, close, items: [low, high] }
}

function variableOf(value: LatexValue): string | null {
  return value.kind === 'expression' && value.expression.variables.join() === value.expression.code
    ? value.expression.code
    : null
}

function difference({ sides }: Relation): Expression | null {
  const [left, right] = sides
  if (left?.kind !== 'expression' || right?.kind !== 'expression') return null
  const variables = [...new Set([...left.expression.variables, ...right.expression.variables])].sort()
  return { code: `(${left.expression.code}-${right.expression.code})`, variables }
}

type Single = Extract<LatexValue, { kind: 'expression' }>

function sameExpression(gold: Single, answer: Single): boolean {
  if (gold.latex === answer.latex) return true
  const places = Math.min(decimalsOf(gold.latex), decimalsOf(answer.latex))
  const within =
    Number.isFinite(places) && decimalsOf(gold.latex) !== decimalsOf(answer.latex) ? roundingOf(places) : {}
  return readings(gold).some((a) => readings(answer).some((b) => sameValue(a, b, within)))
}

/** A percentage is read as its number too. */
function readings({ expression, latex }: Single): Expression[] {
  const bare = latex.endsWith('%') ? expressionOf(latex.slice(0, -1)) : null
  return bare === null ? [expression] : [expression, bare]
}

/** Fewer decimals say too little for a rounded value to be the answer. */
const fewestDecimals = 6

/** Decimals of a number that may be a rounded one; infinite for everything else. */
function decimalsOf(latex: string): number {
  const decimals = /^-?\d*\.(\d+)$/.exec(latex)?.[1]?.length ?? 0
  return decimals >= fewestDecimals ? decimals : Infinity
}

function roundingOf(places: number): { readonly within: number } {
  return { within: 0.5 * 10 ** -places }
}

function itemsOf(value: LatexValue): readonly LatexValue[] {
  return value.kind === 'collection' ? value.items : [value]
}

function inOrder(a: readonly LatexValue[], b: readonly LatexValue[]): boolean {
  return a.length === b.length && a.every((item, i) => same(item, b[i] ?? nothing))
}

/** Each has one partner. Equality is transitive enough for the first partner found to do. */
function inAnyOrder(a: readonly LatexValue[], b: readonly LatexValue[]): boolean {
  const left = [...b]
  for (const item of a) {
    const partner = left.findIndex((other) => same(item, other))
    if (partner < 0) return false
    left.splice(partner, 1)
  }
  return left.length === 0
}
