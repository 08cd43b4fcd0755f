/** Whether a run can begin: every setting is accepted, and every own reward has its code. */
import type { Config } from '../../mlpo/config/config.ts'
import type { TrainState } from './trainStore.ts'

/** What a press of Run would begin with; null while something is refused or has no code. */
export function readyConfig({ draft, codes }: Pick<TrainState, 'draft' | 'codes'>): Config | null {
  const { config } = draft
  const hasCode = (name: string) => codes.some((each) => each.name === name && each.code.trim() !== '')
  return config !== null && config.custom_rewards.every(hasCode) ? config : null
}
