/**
 * Checks the sums in a text: `3 + 4 = 7`, `2 * 3 - 1 = 5`, with × and ÷ as well. Products and quotients come before sums,
 * as usual. Only plain numbers: a sum with a name or a bracket in it is not looked at.
 */

const number = String.raw`-?\d+(?:,\d{3})*(?:\.\d+)?`
const sum = new RegExp(
  String.raw`(?<![\w.)] ?[-+*/×÷−] ?|[\w.,])(?<left>${number}(?: ?[-+*/×÷−] ?${number})+) ?= ?(?<right>${number})(?!\w|[.,]?\d| ?[-+*/×÷−] ?[\w(])`,
  'g',
)

/** One entry per sum, in order: whether it is right. Quotients may be rounded to the digits that are written. */
export function arithmeticChecks(text: string): boolean[] {
  return [...text.matchAll(sum)].map(({ groups }) => {
    const written = groups?.['right'] ?? ''
    const decimals = /\.(\d+)$/.exec(written)?.[1]?.length ?? 0
    const gap = Math.abs(valueOf(groups?.['left'] ?? '') - numberOf(written))
    return gap <= (decimals === 0 ? 1e-9 : 0.5 * 10 ** -decimals + 1e-9)
  })
}

/** Of an expression that the pattern found. */
function valueOf(expression: string): number {
  const parts = [
    ...expression.matchAll(new RegExp(`(?:^|(?<operator>[-+*/×÷−])) ?(?<operand>${number})`, 'g')),
  ]
  const terms: number[] = []
  for (const { groups } of parts) {
    const operand = numberOf(groups?.['operand'] ?? '')
    const last = terms.pop() ?? 0
    switch (groups?.['operator']) {
      case '*':
      case '×':
        terms.push(last * operand)
        break
      case '/':
      case '÷':
        terms.push(last / operand)
        break
      case '-':
      case '−':
        terms.push(last, -operand)
        break
      default:
        terms.push(last, operand)
    }
  }
  return terms.reduce((total, term) => total + term, 0)
}

function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''))
}
