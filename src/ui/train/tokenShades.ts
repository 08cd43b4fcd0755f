/**
 * How tokens are coloured: by what the update does to them, by how far their probability has moved since they were
 * sampled, or by how open the choice was. Pure; depth is relative to the strongest token of the batch.
 */

export interface Token {
  readonly text: string
  /** Nats. */
  readonly logprob: number
  readonly oldLogprob: number
  readonly entropy: number
  readonly loss: number
  /** dLoss / dlogprob: below 0 the update makes the token likelier. */
  readonly gradient: number
}

export type Shading = 'gradient' | 'ratio' | 'entropy'

export const shadings: readonly { readonly value: Shading; readonly label: string; readonly help: string }[] =
  [
    {
      value: 'gradient',
      label: 'Gradient',
      help: 'What the update does: advantage, ratio and clipping together.',
    },
    { value: 'ratio', label: 'Log-ratio', help: 'How far its probability has moved since it was sampled.' },
    { value: 'entropy', label: 'Entropy', help: 'How open the choice was: the entropy of its distribution.' },
  ]

export interface Shade {
  readonly direction: 'up' | 'down' | 'open' | null
  /** 0…1 of the strongest in the batch. */
  readonly depth: number
}

/** Below this a value is a rounding error. */
const still = 1e-12
/** Log-probabilities are 32-bit floats. */
const stillRatio = 1e-5

export function shadeOf(
  token: Token,
  { by, strongest }: { readonly by: Shading; readonly strongest: number },
): Shade {
  const size = sizeOf(token, by)
  if (size < (by === 'ratio' ? stillRatio : still)) return { direction: null, depth: 0 }
  return { direction: directionOf(token, by), depth: Math.min(1, size / strongest) }
}

/** @returns never 0, so that it can divide */
export function strongestOf(tokens: readonly Token[], by: Shading): number {
  return tokens.reduce((most, token) => Math.max(most, sizeOf(token, by)), still)
}

export function isStill({ gradient }: Token): boolean {
  return Math.abs(gradient) < still
}

function sizeOf({ gradient, logprob, oldLogprob, entropy }: Token, by: Shading): number {
  switch (by) {
    case 'gradient':
      return Math.abs(gradient)
    case 'ratio':
      return Math.abs(logprob - oldLogprob)
    case 'entropy':
      return entropy
  }
}

function directionOf({ gradient, logprob, oldLogprob }: Token, by: Shading): 'up' | 'down' | 'open' {
  switch (by) {
    case 'gradient':
      return gradient < 0 ? 'up' : 'down'
    case 'ratio':
      return logprob > oldLogprob ? 'up' : 'down'
    case 'entropy':
      return 'open'
  }
}
