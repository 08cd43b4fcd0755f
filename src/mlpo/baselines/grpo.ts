/**
 * GRPO alone (MLPO §5): the same questions after the same filter, in the same order, with the same adapter and rates;
 * only that no prompt shows the team. `grpo-sft` starts from the very traces of MLPO, which do show it.
 */
import type { Config } from '../config/config.ts'
import { leaderLines } from './answering.ts'
import type { Method } from './method.ts'
import { withoutTraces, withTraces } from './with-traces.ts'

export function aloneConfig(config: Config): Config {
  return { ...config, alone_fraction: 1 }
}

export const grpo: Method = {
  name: 'grpo',
  label: 'GRPO alone',
  description:
    'The same optimisation on the same questions, without the team. Same data as MLPO without SFT.',
  needs: [],
  plan: (config) => ({ config: aloneConfig(withoutTraces(config)), ends: 'steps' }),
  answer: leaderLines,
}

export const grpoWithTraces: Method = {
  name: 'grpo-sft',
  label: 'SFT, then GRPO alone',
  description: 'MLPO’s own traces, then the optimisation without the team. Same data as MLPO.',
  needs: [],
  plan: (config) => ({ config: aloneConfig(withTraces(config)), ends: 'steps' }),
  answer: leaderLines,
}
