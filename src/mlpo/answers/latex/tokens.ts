/** LaTeX as tokens: commands, numbers, single letters and symbols. Spaces only part them. */

export type Token =
  | { readonly kind: 'number' | 'letter' | 'symbol'; readonly text: string }
  /** Without the backslash; `argument` is the raw text of \text{…}, else null. */
  | { readonly kind: 'command'; readonly text: string; readonly argument: string | null }

const pattern = /\\text\s*\{([^{}]*)\}|\\([a-zA-Z]+|.)|(\d+(?:\.\d+)?|\.\d+)|([a-zA-Z])|(\S)/gs

export function tokensOf(latex: string): Token[] {
  return [...latex.matchAll(pattern)].map(([, text, command, number, letter, symbol = '']): Token => {
    if (text !== undefined) return { kind: 'command', text: 'text', argument: text }
    if (command !== undefined) return { kind: 'command', text: command, argument: null }
    if (number !== undefined) return { kind: 'number', text: number }
    return letter === undefined ? { kind: 'symbol', text: symbol } : { kind: 'letter', text: letter }
  })
}
