/** "Did you mean …?": the known name with the smallest edit distance (Levenshtein's). */
export function nearestName<Name extends string>(name: string, known: readonly Name[]): Name {
  return known.reduce((best, other) => (distance(other, name) < distance(best, name) ? other : best))
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
