/** `\boxed{…}`: how mathematical texts mark their answer. Braces inside are matched; the last complete box counts. */

/** What stands in the last box, or null without one. */
export function lastBoxed(text: string): string | null {
  const starts = [...text.matchAll(/\\(?:boxed|fbox)\s*\{/g)].map((match) => match.index + match[0].length)
  for (const start of starts.reverse()) {
    const end = closingBrace(text, start)
    if (end !== null) return text.slice(start, end)
  }
  return null
}

/** Index of the brace that closes one opened before `from`; null when none does. */
export function closingBrace(text: string, from: number): number | null {
  let depth = 1
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i += 1
    else if (text[i] === '{') depth += 1
    else if (text[i] === '}' && (depth -= 1) === 0) return i
  }
  return null
}
