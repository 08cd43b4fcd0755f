/** Settings of the leader's adapter; names are PEFT's `LoraConfig`, prefixed as in TRL. */
import { many, real, whole } from './field.ts'

export const loraFields = {
  lora_r: whole({
    label: 'Rank',
    help: 'Width of the adapter. Larger can change more of the model, and costs memory and file size.',
    source: 'C',
    symbol: 'r',
    trlDefault: 16,
    default: 8,
    min: 1,
    max: 256,
  }),
  lora_alpha: real({
    label: 'Alpha',
    help: 'The adapter is scaled by alpha ÷ r. Changing it acts like changing the learning rate.',
    source: 'C',
    symbol: 'α',
    trlDefault: 32,
    default: 16,
    min: 0,
    above: true,
    max: 1024,
    because: 'at 0 the adapter would never act',
  }),
  lora_target_modules: many({
    label: 'Adapted layers',
    help: 'Which projections get an adapter. Fewer are faster; attention alone often suffices to learn whom to trust.',
    source: 'C',
    trlDefault: null,
    default: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
    minItems: 1,
    options: {
      q_proj: 'Attention: queries.',
      k_proj: 'Attention: keys.',
      v_proj: 'Attention: values.',
      o_proj: 'Attention: output.',
      gate_proj: 'Feed-forward: gate.',
      up_proj: 'Feed-forward: up.',
      down_proj: 'Feed-forward: down.',
    },
  }),
}
