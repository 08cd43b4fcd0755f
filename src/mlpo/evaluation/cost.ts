/**
 * What a row costs (MLPO §5), counted three ways, because "the same budget" means three things: how often a model was
 * asked, how many tokens were written, and how many went through a model, prompts included.
 */
export interface Cost {
  readonly generations: number
  readonly generatedTokens: number
  /** Prompt and completion of every generation; nothing is taken from a cache. */
  readonly processedTokens: number
  /** Wall time of the batches that made it, each shared evenly by its generations. */
  readonly milliseconds: number
}

/** In what a budget is counted. */
export type Currency = 'generations' | 'generatedTokens' | 'processedTokens'

export const currencies: readonly Currency[] = ['generations', 'generatedTokens', 'processedTokens']

export function costOf({
  promptTokens,
  generatedTokens,
  milliseconds,
}: {
  readonly promptTokens: number
  readonly generatedTokens: number
  readonly milliseconds: number
}): Cost {
  return { generations: 1, generatedTokens, processedTokens: promptTokens + generatedTokens, milliseconds }
}

export function sumCosts(costs: readonly Cost[]): Cost {
  const sum = (of: (cost: Cost) => number) => costs.reduce((all, cost) => all + of(cost), 0)
  return {
    generations: sum(({ generations }) => generations),
    generatedTokens: sum(({ generatedTokens }) => generatedTokens),
    processedTokens: sum(({ processedTokens }) => processedTokens),
    milliseconds: sum(({ milliseconds }) => milliseconds),
  }
}

/** Per question. */
export function meanCost(costs: readonly Cost[]): Cost {
  const { generations, generatedTokens, processedTokens, milliseconds } = sumCosts(costs)
  const n = Math.max(1, costs.length)
  return {
    generations: generations / n,
    generatedTokens: generatedTokens / n,
    processedTokens: processedTokens / n,
    milliseconds: milliseconds / n,
  }
}
