/**
 * What every answer type does to a value first: one spelling of characters and spaces, without what models put around
 * an answer (quotes, Markdown emphasis, a box, "The answer is", a full stop). Idempotent.
 */
import { closingBrace } from './boxed.ts'

const wrappings: readonly RegExp[] = [
  /^\*\*([^*]*)\*\*$/,
  /^[*_]([^*_]*)[*_]$/,
  /^`([^`]*)`$/,
  /^"([^"]*)"$/,
  /^'([^']*)'$/,
  /^“([^“”]*)”$/,
  /^‘([^‘’]*)’$/,
  /^\$+([^$]+)\$+$/,
  /^\\\((.*)\\\)$/,
  /^\\\[(.*)\\\]$/,
  /^\\text\{([^{}]*)\}$/,
]

/** "So the correct answer is: ", "Final answer: ", "#### ". */
const leadIn =
  /^(?:(?:(?:so|thus|hence|therefore),? )?(?:\*\*)?(?:(?:the|my|our) )?(?:(?:final|correct|right|best) )?(?:answer|option|choice)(?: (?:is|would be|must be) ?:?(?=\W|\s)|\s?:)|####)(?:\*\*)?\s*(?=\S)/i

export function clean(text: string): string {
  let value = text.normalize('NFKC').replaceAll('−', '-')
  for (;;) {
    const before = value
    value = value.replace(/\s+/g, ' ').trim()
    for (const wrapping of wrappings) value = value.replace(wrapping, '$1')
    value = unboxed(value.replace(leadIn, '')).replace(/(?<=\S)\.+$/, '')
    if (value === before) return value
  }
}

/** A text that is one box as a whole. */
function unboxed(text: string): string {
  const box = /^\\boxed\s*\{/.exec(text)
  return box !== null && closingBrace(text, box[0].length) === text.length - 1
    ? text.slice(box[0].length, -1)
    : text
}
