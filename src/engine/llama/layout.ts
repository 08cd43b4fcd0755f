/**
 * Where the tokens of a batch lie. All tokens of a micro-batch are the rows of one [tokens, hidden] matrix; a group is
 * a prompt followed by its completions, and every completion sees the prompt's rows and its own: the prompt is
 * computed once, however many completions it has.
 */
import type { TokenIds } from '../engine.ts'

/** A prompt with its completions (none: prefill). */
export interface TokenGroup {
  readonly prompt: TokenIds
  readonly completions: readonly TokenIds[]
}

/** Rows `start` to `start + promptLength` are the prompt; the completions follow in order. */
export interface GroupRows {
  readonly start: number
  readonly promptLength: number
  /** Rows, prompt and completions. */
  readonly length: number
  /** The completions' rows, relative to `start`; a completion's last token predicts nothing and has no row. */
  readonly completions: readonly { readonly start: number; readonly length: number }[]
}

export interface RowLayout {
  readonly rows: number
  /** Token id of each row. */
  readonly tokens: Int32Array
  /** Position in its sequence of each row: completions go on where the prompt ends. */
  readonly positions: Int32Array
  readonly groups: readonly GroupRows[]
}

/** The rows whose next token is known, and those tokens. */
export interface Predictions {
  /** Row of the batch of each prediction row, increasing; no row twice. */
  readonly rows: Int32Array
  /** Per target, in the order group, completion, token: index into `rows`. */
  readonly targetRow: Int32Array
  readonly targetToken: Int32Array
  /** Length of each completion: [group][completion]. */
  readonly lengths: readonly (readonly number[])[]
}

export function layOut(groups: readonly TokenGroup[]): RowLayout {
  const tokens: number[] = []
  const positions: number[] = []
  const rows = groups.map(({ prompt, completions }): GroupRows => {
    if (prompt.length === 0) throw new RangeError('A prompt needs at least one token.')
    const start = tokens.length
    prompt.forEach((token, position) => {
      tokens.push(token)
      positions.push(position)
    })
    const spans = completions.map((completion) => {
      const span = { start: tokens.length - start, length: Math.max(completion.length - 1, 0) }
      for (let i = 0; i < span.length; i++) {
        tokens.push(completion[i] ?? 0)
        positions.push(prompt.length + i)
      }
      return span
    })
    return { start, promptLength: prompt.length, length: tokens.length - start, completions: spans }
  })
  return {
    rows: tokens.length,
    tokens: Int32Array.from(tokens),
    positions: Int32Array.from(positions),
    groups: rows,
  }
}

/** The prompt's last row predicts the first token of every completion of its group. */
export function predictionsOf(groups: readonly TokenGroup[], layout: RowLayout): Predictions {
  const rows: number[] = []
  const targetRow: number[] = []
  const targetToken: number[] = []
  for (const [index, { completions }] of groups.entries()) {
    const group = layout.groups[index]
    if (group === undefined || completions.every((completion) => completion.length === 0)) continue
    const shared = rows.length
    rows.push(group.start + group.promptLength - 1)
    for (const [c, completion] of completions.entries())
      completion.forEach((token, t) => {
        if (t > 0) rows.push(group.start + (group.completions[c]?.start ?? 0) + t - 1)
        targetRow.push(t === 0 ? shared : rows.length - 1)
        targetToken.push(token)
      })
  }
  return {
    rows: Int32Array.from(rows),
    targetRow: Int32Array.from(targetRow),
    targetToken: Int32Array.from(targetToken),
    lengths: groups.map(({ completions }) => completions.map((completion) => completion.length)),
  }
}

/** Consecutive groups, together at most `maximum` tokens where a group fits. */
export function groupChunks<G extends TokenGroup>(groups: readonly G[], maximum: number): G[][] {
  const chunks: G[][] = []
  let tokens = Infinity
  for (const group of groups) {
    const size = group.prompt.length + group.completions.reduce((sum, { length }) => sum + length, 0)
    tokens += size
    if (tokens > maximum) {
      chunks.push([])
      tokens = size
    }
    chunks[chunks.length - 1]?.push(group)
  }
  return chunks
}
