/** The colour of an agent: one per peer of the team, wherever it sits, and one for the leader. */
import type { CSSProperties } from 'react'

const colours = 8

/** Sets `--agent` for the element and what is in it. */
export function agentColour(peer: number): CSSProperties {
  return { '--agent': `var(--peer-${(peer % colours) + 1})` } as CSSProperties
}
