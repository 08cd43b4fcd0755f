/**
 * The settings that Train edits, by group. `keys` are what most people change; `more` stands behind a fold that is closed
 * at first. Leader, peers and roles are chosen in Team.
 */
import type { Key } from '../../mlpo/config/config.ts'

export interface SettingGroup {
  readonly title: string
  readonly keys: readonly Key[]
  readonly more: readonly Key[]
}

export const settingGroups: readonly SettingGroup[] = [
  {
    title: 'Run',
    keys: ['max_steps', 'seed', 'eval_every', 'eval_size'],
    more: ['eval_rounds', 'eval_decoding'],
  },
  {
    title: 'Questions',
    keys: ['families', 'difficulty', 'task_count', 'alone_fraction'],
    more: ['easy_threshold'],
  },
  {
    title: 'Proposals',
    keys: [],
    more: ['proposals_per_peer', 'permute_seats', 'proposal_rounds', 'refresh_proposals', 'rounds'],
  },
  {
    title: 'Traces first',
    keys: [
      'sft',
      'sft_prompts',
      'sft_completions',
      'sft_max_length',
      'sft_num_train_epochs',
      'sft_learning_rate',
    ],
    more: ['sft_temperature', 'sft_batch_size', 'sft_max_grad_norm'],
  },
  {
    title: 'Sampling',
    keys: ['prompts_per_step', 'num_generations', 'temperature'],
    more: ['resample_degenerate', 'top_p', 'top_k', 'min_p'],
  },
  // Drawn by `Rewards.tsx`: functions, weights and one's own in one table.
  {
    title: 'Rewards',
    keys: ['reward_funcs', 'reward_weights'],
    more: ['custom_rewards', 'custom_reward_weights', 'custom_reward_timeout'],
  },
  { title: 'Length', keys: ['max_proposal_length', 'max_completion_length', 'max_model_length'], more: [] },
  {
    title: 'Loss',
    keys: ['loss_type', 'scale_rewards', 'epsilon', 'epsilon_high', 'beta'],
    more: [
      'num_iterations',
      'group_by',
      'importance_sampling_level',
      'multi_objective_aggregation',
      'delta',
      'loss_length',
      'mask_truncated_completions',
      'kl_reference',
      'use_bias_correction_kl',
      'rollout_correction',
      'rollout_correction_clip_max',
      'rollout_correction_clip_min',
    ],
  },
  {
    title: 'Adapter',
    keys: ['learning_rate', 'lora_r', 'lora_alpha'],
    more: ['lora_dropout', 'lora_target_modules'],
  },
  {
    title: 'Optimiser',
    keys: [],
    more: [
      'lr_scheduler_type',
      'warmup_steps',
      'max_grad_norm',
      'micro_batch_size',
      'weight_decay',
      'adam_beta1',
      'adam_beta2',
      'adam_epsilon',
    ],
  },
]

export function keysOf({ keys, more }: SettingGroup): readonly Key[] {
  return [...keys, ...more]
}

/** Every setting that the page edits, in the order of the form. */
export const editedKeys: readonly Key[] = settingGroups.flatMap(keysOf)
