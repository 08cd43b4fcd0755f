/**
 * One spelling for a value in LaTeX: without delimiters, spacing commands, sizes and units. Only the spelling: that
 * `\frac12` is 0.5 is for `equal.ts`. Idempotent. Null where braces do not match or nothing is left.
 */
import { closingBrace, lastBoxed } from '../boxed.ts'
import { clean } from '../clean.ts'
import { normaliseNumber } from '../number.ts'

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** Pairs of what is written and what is meant; in this order. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/\\(?:left|right|bigl?|bigr|Bigl?|Bigr|displaystyle|limits)(?![a-zA-Z])/g, ''],
  [/\{,\}|,\\!/g, ','],
  [/(?<!\\)\\(?:[,;:!]|q?quad(?![a-zA-Z])| )|~/g, ' '],
  [/\\[dtc]frac(?![a-zA-Z])/g, '\\frac'],
  [/\\(?:textbf|textit|mathrm|mathbf|operatorname|mbox|textrm)(?=\{)/g, '\\text'],
  [/\\(?:leq|leqslant)(?![a-zA-Z])|≤/g, '\\le '],
  [/\\(?:geq|geqslant)(?![a-zA-Z])|≥/g, '\\ge '],
  [/\\(?:varnothing)(?![a-zA-Z])|∅/g, '\\emptyset '],
  [/\\(?:cdot|times|ast)(?![a-zA-Z])|[×·]/g, '*'],
  [/\\div(?![a-zA-Z])|÷/g, '/'],
  [/∞/g, '\\infty '],
  [/π/g, '\\pi '],
  [/∪/g, '\\cup '],
  [/√(\d+|[a-z])/g, '\\sqrt{$1}'],
  [/\\[%]/g, '%'],
  [/\\[$]/g, ''],
  [/\^\{\\circ\}|°|\\degree(?![a-zA-Z])/g, '^\\circ '],
  [/^[€£$] ?(?=[\d.-])/, ''],
]

/** A bare number with a unit in \text behind it, or in words: the unit is dropped, as math-verify does. */
const unit =
  /^([-+]?[\d.,]+(?:\/\d+)?|.*\})? ?(?:\^\\circ|(?:\\text\{[^{}]*\}|(?<=\d) [a-zA-Z]{2,})(?:\^\{?[23]\}?)?)$/

export function normaliseLatex(text: string): string | null {
  let value = text.replace(new RegExp(`[${superscripts}]+`, 'g'), (digits) => `^{${plainDigits(digits)}}`)
  for (;;) {
    const before = value
    value = clean(value.replace(/^.*\\boxed\s*\{.*$/s, (whole) => lastBoxed(whole) ?? whole))
    for (const [written, meant] of spellings) value = value.replace(written, meant)
    value = value
      .replace(/\s+/g, ' ')
      .replace(/[.,;:]+$/, '')
      .trim()
    value = withoutUnit(value)
    if (value === before) break
  }
  if (value === '' || /\\boxed|\$/.test(value) || !isBalanced(value)) return null
  return isPlainNumber(value) ? (normaliseNumber(value) ?? value) : value
}

function withoutUnit(value: string): string {
  const bare = unit.exec(value)?.[1]
  return bare === undefined || bare === '' || bare.startsWith('\\text') ? value : bare.trim()
}

/** Digits, signs and what stands between them; a letter could be a variable. */
function isPlainNumber(value: string): boolean {
  return /^[-+]?[\d., ]*\d[\d.,]*(?:e[-+]?\d+)?(?: ?\/ ?\d+)?$/i.test(value)
}

function isBalanced(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i += 1
    else if (text[i] === '}') return false
    else if (text[i] === '{') {
      const end = closingBrace(text, i + 1)
      if (end === null) return false
      i = end
    }
  }
  return true
}

function plainDigits(digits: string): string {
  return [...digits].map((digit) => superscripts.indexOf(digit)).join('')
}
