/**
 * All settings, group by group, in the order in which the forms show them. Adding a setting is adding one entry
 * to its group's file. `Settings` is derived from here and exists nowhere else.
 */
import { dataFields } from './data.ts'
import { evaluationFields } from './evaluation.ts'
import type { Field } from './field.ts'
import { loraFields } from './lora.ts'
import { optimiserFields } from './optimiser.ts'
import { policyFields } from './policy.ts'
import { rewardFields } from './rewards.ts'
import { samplingFields } from './sampling.ts'
import { sftFields } from './sft.ts'
import { teamFields } from './team.ts'

export const fields = {
  ...teamFields,
  ...dataFields,
  ...sftFields,
  ...samplingFields,
  ...rewardFields,
  ...policyFields,
  ...optimiserFields,
  ...loraFields,
  ...evaluationFields,
}

type Fields = typeof fields

/** Every setting with its value; keys are TRL's names in snake_case. */
export type Settings = { readonly [K in keyof Fields]: Fields[K]['default'] }
export type Key = keyof Settings

export interface Group {
  readonly name: string
  readonly label: string
  readonly fields: Readonly<Partial<Record<Key, Field>>>
}

export const groups: readonly Group[] = [
  { name: 'team', label: 'Team', fields: teamFields },
  { name: 'data', label: 'Questions', fields: dataFields },
  { name: 'sft', label: 'Traces first', fields: sftFields },
  { name: 'sampling', label: 'Sampling', fields: samplingFields },
  { name: 'rewards', label: 'Rewards', fields: rewardFields },
  { name: 'policy', label: 'Policy optimisation', fields: policyFields },
  { name: 'optimiser', label: 'Optimiser', fields: optimiserFields },
  { name: 'lora', label: 'Adapter', fields: loraFields },
  { name: 'evaluation', label: 'Evaluation', fields: evaluationFields },
]

export const keys = Object.keys(fields) as readonly Key[]

export function isKey(name: string): name is Key {
  return Object.hasOwn(fields, name)
}

export function fieldOf(key: Key): Field {
  return fields[key]
}
