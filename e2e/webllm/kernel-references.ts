/** What each kernel of the model library must compute, as plainly as possible: double precision, no cleverness. */

export type Row = readonly number[]
export type Matrix = readonly Row[]

export function dot(a: Row, b: Row): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0)
}

export function rmsNorm(row: Row, weight: Row, epsilon: number): number[] {
  const factor = 1 / Math.sqrt(dot(row, row) / row.length + epsilon)
  return row.map((value, i) => value * factor * (weight[i] ?? NaN))
}

export function silu(value: number): number {
  return value / (1 + Math.exp(-value))
}

/** Rotate-half: the pair of dimension i is i + size / 2. */
export function rotate(head: Row, position: number, theta: number): number[] {
  const half = head.length / 2
  return head.map((value, i) => {
    const angle = position * theta ** ((-2 * (i % half)) / head.length)
    const partner = i < half ? -(head[i + half] ?? NaN) : (head[i - half] ?? NaN)
    return value * Math.cos(angle) + partner * Math.sin(angle)
  })
}

/** Causal: `keys` and `values` end with the row's own position. */
export function attend(query: Row, keys: Matrix, values: Matrix): number[] {
  const scores = keys.map((key) => dot(query, key) / Math.sqrt(query.length))
  const weights = softmax(scores, 1)
  return query.map((_, i) => weights.reduce((sum, weight, t) => sum + weight * (values[t]?.[i] ?? NaN), 0))
}

export function softmax(logits: Row, temperature: number): number[] {
  const highest = Math.max(...logits)
  const weights = logits.map((logit) => Math.exp((logit - highest) / temperature))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** By a sort: the smallest set of the most probable (ties: lower id first), then the inverse CDF in id order. */
export function sampleWithTopP(probabilities: Row, uniform: number, topP: number): number {
  const order = probabilities.map((_, id) => id)
  order.sort((i, j) => (probabilities[j] ?? 0) - (probabilities[i] ?? 0) || i - j)
  const kept: number[] = []
  let mass = 0
  for (const id of order) {
    if (kept.length > 0 && mass >= topP) break
    kept.push(id)
    mass += probabilities[id] ?? 0
  }
  kept.sort((i, j) => i - j)
  let cumulative = 0
  for (const id of kept) {
    cumulative += probabilities[id] ?? 0
    if (cumulative > uniform * mass) return id
  }
  return kept[kept.length - 1] ?? NaN
}

/** MLC's group quantisation: nibbles lowest first, one scale per 32 columns, value = (nibble - 7) · scale. */
export function dequantise(words: Row, scales: Row, columns: number): number[] {
  return words.flatMap((word, w) =>
    Array.from({ length: 8 }, (_, i) => {
      const element = 8 * w + i
      const row = Math.floor(element / columns)
      const group = row * (columns / 32) + Math.floor((element % columns) / 32)
      return (((word >>> (4 * i)) & 15) - 7) * (scales[group] ?? NaN)
    }),
  )
}
