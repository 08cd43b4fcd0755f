/**
 * Starting points. A preset is a partial configuration; what it leaves out takes its default.
 */
import { parseConfig } from './config.ts'
import type { Config } from './config.ts'

export interface Preset {
  readonly name: string
  readonly aliases: readonly string[]
  readonly label: string
  /** One or two sentences for people. */
  readonly description: string
  readonly config: Config
}

export const presets: readonly Preset[] = [
  {
    name: 'route',
    aliases: ['nano'],
    label: 'Route',
    description:
      'Three domain specialists in fixed seats. The leader learns fast whom to ask for what, which a three-row table could do too.',
    config: parseConfig({}),
  },
  {
    name: 'read',
    aliases: [],
    label: 'Read',
    description:
      'Peers with mixed strengths, seated anew for each question. Routing is worth nothing here: the leader has to read.',
    config: parseConfig({
      peer_roles: ['generalist'],
      permute_seats: true,
      max_steps: 150,
    }),
  },
  {
    name: 'smollm2',
    aliases: [],
    label: 'SmolLM2',
    description:
      'Real language models: one of 135 million parameters leads three of its kind, which differ in their roles alone.',
    config: parseConfig({
      leader: 'SmolLM2-135M-Instruct-q0f32-MLC',
      peers: [
        'SmolLM2-135M-Instruct-q0f32-MLC',
        'SmolLM2-135M-Instruct-q0f32-MLC',
        'SmolLM2-135M-Instruct-q0f32-MLC',
      ],
      peer_roles: [
        'You are a mathematician. You compute step by step and check every result.',
        'You are a logician. You write down what is given and rule out what cannot be.',
        'You are a careful reader. You say in your own words what is asked before you solve it.',
      ],
      rounds: 2,
      task_count: 32,
      proposals_per_peer: 1,
      max_proposal_length: 192,
      prompts_per_step: 2,
      num_generations: 4,
      max_completion_length: 192,
      micro_batch_size: 1,
      max_steps: 20,
      eval_every: 10,
      eval_size: 8,
    }),
  },
  {
    name: 'tiny',
    aliases: [],
    label: 'Tiny',
    description: 'The smallest run that has every part: for tests, and to read through a step in full.',
    config: parseConfig({
      num_generations: 2,
      prompts_per_step: 2,
      max_completion_length: 16,
      max_steps: 2,
      micro_batch_size: 2,
      task_count: 8,
      eval_every: 0,
      eval_size: 4,
    }),
  },
  {
    name: 'tiny-groups',
    aliases: [],
    label: 'Tiny groups',
    description:
      'Two steps of 2 × 4 in as few passes as there can be: for engines that are slow where they are tested.',
    config: parseConfig({
      num_generations: 4,
      prompts_per_step: 2,
      max_completion_length: 12,
      max_steps: 2,
      micro_batch_size: 8,
      task_count: 8,
      proposals_per_peer: 1,
      eval_every: 0,
      eval_size: 1,
    }),
  },
]

/** The preset of that name or alias; undefined if there is none. */
export function presetNamed(name: string): Preset | undefined {
  return presets.find((preset) => preset.name === name || preset.aliases.includes(name))
}
