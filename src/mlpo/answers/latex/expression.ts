/**
 * A LaTeX expression as one of mathjs: every product and bracket written out, every variable renamed, so that nothing
 * but arithmetic can be in it. Null for what is no expression (unknown commands, loose ends).
 */
import { tokensOf, type Token } from './tokens.ts'

export interface Expression {
  readonly code: string
  /** As they stand in `code`, sorted. */
  readonly variables: readonly string[]
}

const functions = new Set(['sin', 'cos', 'tan', 'cot', 'sec', 'csc', 'arcsin', 'arccos', 'arctan', 'exp'])
const inverse: Readonly<Record<string, string>> = { arcsin: 'asin', arccos: 'acos', arctan: 'atan' }
const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** Larger factorials and binomials take longer than their answer is worth. */
const largestFactorial = 200

export function expressionOf(latex: string): Expression | null {
  try {
    const parser = new Parser(tokensOf(latex))
    const code = parser.whole()
    return { code, variables: [...parser.variables].sort() }
  } catch (error) {
    if (error instanceof NoExpression) return null
    throw error
  }
}

class NoExpression extends Error {}

class Parser {
  readonly variables = new Set<string>()
  #at = 0
  #tokens: Token[]

  constructor(tokens: readonly Token[]) {
    this.#tokens = [...tokens]
  }

  whole(): string {
    const code = this.#sum()
    if (this.#peek() !== undefined) throw new NoExpression()
    return code
  }

  #sum(): string {
    let code = this.#product()
    for (let sign = this.#takeOne('+', '-'); sign !== null; sign = this.#takeOne('+', '-'))
      code = `(${code}${sign}${this.#product()})`
    return code
  }

  #product(): string {
    let code = this.#signed()
    for (;;) {
      const operator = this.#takeOne('*', '/')
      if (operator !== null) code = `(${code}${operator}${this.#signed()})`
      else if (this.#startsFactor()) code = `(${code}*${this.#power()})`
      else return code
    }
  }

  #signed(): string {
    const sign = this.#takeOne('+', '-')
    if (sign === null) return this.#power()
    return sign === '-' ? `(-${this.#signed()})` : this.#signed()
  }

  #power(): string {
    let code = this.#atom()
    for (;;) {
      if (this.#takeOne('!') !== null) code = factorial(code)
      else if (this.#takeOne('%') !== null) code = `(${code}/100)`
      else if (this.#takeOne('^') === null) return code
      else if (this.#takeCommand('circ')) code = `(${code}*pi/180)`
      else code = `(${code}^${this.#exponent()})`
    }
  }

  #exponent(): string {
    const sign = this.#takeOne('-', '+')
    return sign === '-' ? `(-${this.#atom()})` : this.#atom()
  }

  #atom(): string {
    const token = this.#next()
    switch (token.kind) {
      case 'number':
        return this.#mixed(token.text)
      case 'letter':
        return this.#letter(token.text)
      case 'symbol':
        return this.#bracket(token.text)
      case 'command':
        return this.#command(token)
    }
  }

  /** "2\frac{1}{2}" is two and a half. */
  #mixed(number: string): string {
    const ahead = this.#peek()
    if (!/^\d+$/.test(number) || ahead?.kind !== 'command' || ahead.text !== 'frac') return `(${number})`
    const from = this.#at
    const fraction = this.#atom()
    if (/^\(\(\d+\)\/\(\d+\)\)$/.test(fraction)) return `(${number}+${fraction})`
    this.#at = from
    return `(${number})`
  }

  #letter(letter: string): string {
    const name = this.#subscripted(letter)
    if (name === 'e' || name === 'i') return name
    return this.#variable(name)
  }

  #variable(name: string): string {
    const safe = `v_${name.replace(/[^a-zA-Z0-9]/g, '_')}`
    this.variables.add(safe)
    return safe
  }

  #subscripted(name: string): string {
    if (this.#takeOne('_') === null) return name
    const from = this.#at
    this.#atom()
    return `${name}_${this.#tokens
      .slice(from, this.#at)
      .map(({ text }) => text)
      .join('')}`
  }

  #bracket(symbol: string): string {
    const close = symbol === '|' ? '|' : closing[symbol]
    if (close === undefined) throw new NoExpression()
    const code = this.#sum()
    if (this.#takeOne(close) === null) throw new NoExpression()
    return symbol === '|' ? `abs(${code})` : code
  }

  #command({ text: name }: Token): string {
    switch (name) {
      case 'frac':
        return `(${this.#argument()}/${this.#argument()})`
      case 'binom':
        return binomial(this.#argument(), this.#argument())
      case 'sqrt':
        return this.#root()
      case 'pi':
        return 'pi'
      case 'infty':
        return 'Infinity'
      case 'ln':
        return `log(${this.#operand()})`
      case 'log':
        return this.#logarithm()
      case 'text':
        throw new NoExpression()
      default:
        if (functions.has(name)) return this.#function(name)
        if (!/^[a-zA-Z]{2,}$/.test(name) || !greek.has(name)) throw new NoExpression()
        return this.#variable(this.#subscripted(name))
    }
  }

  #root(): string {
    if (this.#takeOne('[') === null) return `sqrt(${this.#argument()})`
    const degree = this.#sum()
    if (this.#takeOne(']') === null) throw new NoExpression()
    return `nthRoot(${this.#argument()},${degree})`
  }

  #logarithm(): string {
    const base = this.#takeOne('_') === null ? '10' : this.#argument()
    return `log(${this.#operand()},${base})`
  }

  #function(name: string): string {
    const power = this.#takeOne('^') === null ? null : this.#exponent()
    const reciprocal: Readonly<Record<string, string>> = { cot: 'tan', sec: 'cos', csc: 'sin' }
    const turned = power === '(-(1))' ? `a${name}` : null
    const base = reciprocal[name]
    const operand = this.#operand()
    const call =
      base === undefined ? `${turned ?? inverse[name] ?? name}(${operand})` : `(1/${base}(${operand}))`
    return power === null || turned !== null ? call : `(${call}^${power})`
  }

  /** What a function without brackets takes: "\sin 2x". */
  #operand(): string {
    let code = this.#signedOperand()
    while (this.#startsFactor() && !this.#atFunction()) code = `(${code}*${this.#power()})`
    return code
  }

  #signedOperand(): string {
    return this.#takeOne('-') === null ? this.#power() : `(-${this.#power()})`
  }

  #atFunction(): boolean {
    const token = this.#peek()
    return (
      token?.kind === 'command' && (functions.has(token.text) || token.text === 'ln' || token.text === 'log')
    )
  }

  /** "{…}", or without braces one digit or letter: \frac12. */
  #argument(): string {
    const token = this.#peek()
    if (token?.kind !== 'number' || token.text.length === 1) return this.#atom()
    const [digit = '', ...rest] = token.text
    this.#tokens.splice(this.#at, 1, { kind: 'number', text: digit }, { kind: 'number', text: rest.join('') })
    this.#at += 1
    return `(${digit})`
  }

  #startsFactor(): boolean {
    const token = this.#peek()
    if (token === undefined) return false
    return token.kind === 'symbol'
      ? ['(', '[', '{'].includes(token.text)
      : token.kind !== 'command' || token.text !== 'text'
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at]
  }

  #next(): Token {
    const token = this.#peek()
    if (token === undefined) throw new NoExpression()
    this.#at += 1
    return token
  }

  #takeOne(...symbols: readonly string[]): string | null {
    const token = this.#peek()
    if (token?.kind !== 'symbol' || !symbols.includes(token.text)) return null
    this.#at += 1
    return token.text
  }

  #takeCommand(name: string): boolean {
    const token = this.#peek()
    const isIt = token?.kind === 'command' && token.text === name
    if (isIt) this.#at += 1
    return isIt
  }
}

const greek = new Set(
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi chi psi omega Delta'.split(
    ' ',
  ),
)

function factorial(code: string): string {
  const number = /^\((\d+)\)$/.exec(code)?.[1]
  if (number === undefined || Number(number) > largestFactorial) throw new NoExpression()
  return `factorial(${number})`
}

function binomial(above: string, below: string): string {
  const numbers = [above, below].map((code) => /^\((\d+)\)$/.exec(code)?.[1])
  if (numbers.some((number) => number === undefined || Number(number) > largestFactorial))
    throw new NoExpression()
  return `combinations(${numbers.join(',')})`
}
