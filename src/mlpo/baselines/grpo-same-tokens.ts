/**
 * GRPO alone, trained for as many tokens as MLPO (MLPO §5: "same data" and "same tokens" are two rows). Prompts without
 * a team are shorter, so it takes more steps: as many as bring its tokens, at the rate of the "same data" run, to
 * MLPO's. Tokens are those through the leader in phase 2, prompts included; what the peers wrote is not among them.
 */
import type { Config } from '../config/config.ts'
import { leaderLines } from './answering.ts'
import { grpo, grpoWithTraces } from './grpo.ts'
import type { Earlier, Method } from './method.ts'
import { mlpo, mlpoWithoutTraces } from './mlpo.ts'

/** Steps after which both have seen as many tokens. @param run the settings of the run that took `tokens` */
export function stepsForTokens(
  { max_steps }: Pick<Config, 'max_steps'>,
  { tokens, wanted }: { readonly tokens: number; readonly wanted: number },
): number {
  return tokens === 0 ? max_steps : Math.max(1, Math.round((max_steps * wanted) / tokens))
}

function sameTokens(of: Method, as: Method): Method {
  return {
    name: `${of.name}-same-tokens`,
    label: `${of.label}, same tokens`,
    description: `${of.label}, trained for as many tokens as ${as.label}.`,
    needs: [as.name, of.name],
    plan(config, earlier: (method: string) => Earlier) {
      const [wanted, tokens] = [earlier(as.name).trainTokens, earlier(of.name).trainTokens]
      const max_steps = stepsForTokens(config, { tokens, wanted })
      const plan = of.plan?.(config, earlier) ?? { config, ends: 'steps' }
      return { ...plan, config: { ...plan.config, max_steps } }
    },
    answer: leaderLines,
  }
}

export const grpoSameTokens = sameTokens(grpo, mlpoWithoutTraces)
export const grpoWithTracesSameTokens = sameTokens(grpoWithTraces, mlpo)
