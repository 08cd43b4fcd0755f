/**
 * What a question costs (MLPO §1, §5), counted in the three ways in which budgets are compared: how often a model was asked,
 * how many tokens it wrote, and how many went through it, prompts included. Nothing is taken from a cache: a prompt
 * counts each time it is read. No clock: times differ from run to run, these do not.
 */
import type { Budget, RoundEvent } from './stages.ts'

export const noBudget: Budget = { generations: 0, generatedTokens: 0, processedTokens: 0 }

/** What has been spent once the event is there: a generation counts when its text is finished. */
export function budgetAfter(budget: Budget, event: RoundEvent): Budget {
  if (event.kind !== 'answer') return budget
  const { promptTokens, tokens } = event
  return {
    generations: budget.generations + 1,
    generatedTokens: budget.generatedTokens + tokens,
    processedTokens: budget.processedTokens + promptTokens + tokens,
  }
}
