/** Settings with phase 1 on: the one that is chosen, or the splice, which any model can learn from (MLPO §3). */
import type { Config } from '../config/config.ts'

export function withTraces(config: Config): Config {
  return config.sft === 'off' ? { ...config, sft: 'splice' } : config
}

export function withoutTraces(config: Config): Config {
  return { ...config, sft: 'off' }
}
