/**
 * What every answer type does to a value first: one spelling of characters and spaces, without the wrapping that
 * models add (quotes, Markdown emphasis, a full stop). Idempotent.
 */

const wrappings: readonly RegExp[] = [
  /^\*\*([^*]*)\*\*$/,
  /^[*_]([^*_]*)[*_]$/,
  /^`([^`]*)`$/,
  /^"([^"]*)"$/,
  /^'([^']*)'$/,
  /^“([^“”]*)”$/,
  /^‘([^‘’]*)’$/,
]

export function clean(text: string): string {
  let value = text.normalize('NFKC').replaceAll('−', '-')
  for (;;) {
    const before = value
    value = value.replace(/\s+/g, ' ').trim()
    for (const wrapping of wrappings) value = value.replace(wrapping, '$1')
    value = value.replace(/(?<=\S)\.+$/, '')
    if (value === before) return value
  }
}
