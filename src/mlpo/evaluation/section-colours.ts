/** Colours of figures, as CSS variables that whoever shows them sets: `report-style.ts`, and the page. */
export const lead = 'var(--lead)'
export const soft = 'var(--soft)'
export const third = 'var(--third)'

/** By leader, the untrained one first: a single leader is the one that the report is about. */
export function leaderColour(leader: number, leaders: number): string {
  return leader === leaders - 1 ? lead : soft
}

/** The same leader alone. */
export function aloneColour(leader: number, leaders: number): string {
  return leader === leaders - 1 ? 'var(--lead-dim)' : 'var(--soft-dim)'
}
