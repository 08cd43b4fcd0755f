/** What the page holds now, as an experiment: the nearest preset, and everything that differs from it. */
import { nearestPreset } from '../app/settings.ts'
import type { Config } from '../../mlpo/config/config.ts'
import { presets } from '../../mlpo/config/presets.ts'
import type { Preset } from '../../mlpo/config/presets.ts'
import type { Experiment } from './experiment.ts'
import { needsOf } from './needs.ts'

interface Present {
  readonly preset: Preset
  readonly config: Config
  /** Of somebody's own questions; null for generated ones. */
  readonly source: string | null
  /** What the page was opened with: its note, restrictions and expectations are where a new link starts. */
  readonly opened: Experiment
}

export function presentExperiment({ preset, config, source, opened }: Present): Experiment {
  const base = presets.includes(preset) ? preset : (nearestPreset(config, presets) ?? opened.preset)
  return { ...opened, preset: base, config, needs: needsOf(config, { source }), lesson: null, showAll: false }
}
