/** MLPO as the settings have it, after traces and without them (MLPO §3, §4). */
import type { Config } from '../config/config.ts'
import { leaderLines } from './answering.ts'
import type { Method } from './method.ts'
import { withoutTraces, withTraces } from './with-traces.ts'

export const mlpo: Method = {
  name: 'mlpo',
  label: 'MLPO',
  description: 'Traces first, then policy optimisation on prompts with the team’s proposals.',
  needs: [],
  plan: (config) => ({ config: withTraces(config), ends: 'steps' }),
  answer: leaderLines,
}

export const mlpoWithoutTraces: Method = {
  name: 'mlpo-no-sft',
  label: 'MLPO without SFT',
  description: 'Policy optimisation on prompts with the team’s proposals, from the start.',
  needs: [],
  plan: (config: Config) => ({ config: withoutTraces(config), ends: 'steps' }),
  answer: leaderLines,
}
