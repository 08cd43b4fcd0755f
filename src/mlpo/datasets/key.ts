/**
 * The canonical key of an imported question, by which splits, duplicates and overlap go: its text without regard to
 * case, spacing and spelling of characters, and its options in any order.
 */
export function questionKey(stem: string, choices: readonly string[] = []): string {
  return [normal(stem), ...choices.map(normal).sort()].join('\n')
}

function normal(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}
