/** Phase 1 and nothing more (MLPO §3, §5): what of MLPO's gain the traces alone bring. */
import { leaderLines } from './answering.ts'
import type { Method } from './method.ts'
import { withTraces } from './with-traces.ts'

export const sftOnly: Method = {
  name: 'sft',
  label: 'SFT only',
  description: 'The traces that MLPO starts with, without the policy optimisation.',
  needs: [],
  plan: (config) => ({ config: withTraces(config), ends: 'traces' }),
  answer: leaderLines,
}
