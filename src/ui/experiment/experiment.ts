/**
 * An experiment as a link carries it: where it starts from, what differs, what is hidden or locked, what is expected of it.
 * Data only: nothing in here is ever run, and the code of one's own rewards has no place in it.
 */
import type { Config } from '../../mlpo/config/config.ts'
import type { Preset } from '../../mlpo/config/presets.ts'
import type { ControlName } from './controls.ts'
import type { Expectation } from './expectation.ts'
import type { Needs } from './needs.ts'

export interface Experiment {
  readonly preset: Preset
  readonly config: Config
  readonly hidden: readonly ControlName[]
  readonly locked: readonly ControlName[]
  readonly expectations: readonly Expectation[]
  /** What the teacher says to the student; empty for nothing. */
  readonly note: string
  /** What it was made with and no link can carry, by name. */
  readonly needs: Needs
  /** A lesson to show beside the page. */
  readonly lesson: string | null
  /** The student has taken hidden and locked controls back. */
  readonly showAll: boolean
}

/** A part of a link that was not used. */
export interface LinkProblem {
  /** As it stood there, shortened. */
  readonly what: string
  /** Reads on after it: "is not a setting". */
  readonly why: string
}

/** Code comes from a person at the page, never from a link: these settings name code. */
export const codeKeys: readonly string[] = [
  'custom_rewards',
  'custom_reward_weights',
  'custom_reward_timeout',
]
